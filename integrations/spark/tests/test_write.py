"""Tables that are written, by the functions and by the command line."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pyspark
import pytest
from conftest import JAVA, PROGRAM, ROOT, one_process, script
from pyspark.sql import SparkSession

from k8s_audit_spark import scan, scan_stream, write
from k8s_audit_spark.submit import main

SAMPLES = ROOT / "samples"


def counts(spark: SparkSession, output: Path, table: str, *columns: str) -> dict[tuple[object, ...], int]:
    """How many rows of a table have which values."""
    rows = spark.read.parquet(str(output / table)).groupBy(*columns).count().collect()
    return {tuple(row[:-1]): row[-1] for row in rows}


def test_a_run_that_is_written_again_replaces_its_rows(spark: SparkSession, tmp_path: Path) -> None:
    log = SAMPLES / "secret-dump.log"
    found = scan(spark, str(log), program=PROGRAM, cluster="north")
    totals = write(found, str(tmp_path), "a")
    write(found, str(tmp_path), "b")
    write(found, str(tmp_path), "a")
    expected = len(one_process([log])["findings"])
    assert totals.findings == expected
    assert counts(spark, tmp_path, "findings", "run") == {("a",): expected, ("b",): expected}
    assert counts(spark, tmp_path, "activity", "run") == {("a",): totals.requests, ("b",): totals.requests}
    assert counts(spark, tmp_path, "accounting", "run") == {("a",): 1, ("b",): 1}
    assert (tmp_path / "findings/date=2026-03-04/cluster=north/run=a").is_dir()
    with pytest.raises(ValueError, match="run: 1 to 100 letters"):
        write(found, str(tmp_path), "../a")
    found.unpersist()


def test_a_stream_scans_each_file_once(spark: SparkSession, tmp_path: Path) -> None:
    logs, output, checkpoint = tmp_path / "in, [x]", tmp_path / "out", tmp_path / "checkpoint"
    logs.mkdir()
    expected = {}

    def add(name: str) -> None:
        shutil.copy(SAMPLES / name, logs)
        expected[(f"file:{logs}/{name}",)] = len(one_process([SAMPLES / name])["findings"])

    def run() -> dict[tuple[object, ...], int]:
        folder = str(logs).replace("[", "\\[").replace("]", "\\]")
        query = scan_stream(spark, folder, str(checkpoint), str(output), max_files=1, program=PROGRAM)
        query.awaitTermination()
        return counts(spark, output, "findings", "file")

    add("secret-dump.log")
    add("exec-session.log")
    assert run() == expected
    assert run() == expected
    add("node-debug.log")
    assert run() == expected
    assert all(count > 0 for count in expected.values())
    assert set(counts(spark, output, "accounting", "run")) == {(f"batch-{one:012d}",) for one in range(3)}


def test_spark_submit(tmp_path: Path) -> None:
    package = ROOT / "integrations/spark/k8s_audit_spark"
    archive = shutil.make_archive(str(tmp_path / package.name), "zip", package.parent, package.name)
    program = script(tmp_path / "k8s-audit", f'exec node {ROOT}/bin/k8s-audit.js "$@"\n')
    log, output = str(SAMPLES / "secret-dump.log"), tmp_path / "out"
    submit = Path(pyspark.__file__).parent / "bin/spark-submit"
    settings = ("spark.ui.enabled=false", "spark.sql.shuffle.partitions=1", f"spark.driver.extraJavaOptions={JAVA}")
    shipped = ["--master", "local[1]", "--files", program, "--py-files", archive]
    shipped += [word for setting in settings for word in ("--conf", setting)]
    words = ["--output", str(output), "--no-activity", "--run", "one", "--option=--all-rules"]
    command = [str(submit), *shipped, str(package / "submit.py"), log, *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    expected = len(one_process([Path(log)], "--all-rules")["findings"])
    assert f"run one: Totals(files=1, ranges=1, file_bytes={Path(log).stat().st_size}," in done.stdout
    assert f"findings={expected}," in done.stdout
    assert list(output.glob("findings/date=2026-03-04/cluster=unknown/run=one/*.parquet"))


def test_the_command_line_tells_what_is_wrong(
    spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, output = str(SAMPLES / "secret-dump.log"), str(tmp_path / "out")

    def told(*words: str) -> str:
        assert main([*words, "--output", output], spark) == 1
        return capsys.readouterr().err

    assert told(log, "--program", "no-such-program") == (
        "k8s_audit_spark: no-such-program: not among the files that were shipped (--files, --archives), "
        "nor on the PATH\n"
    )
    missing = told(str(tmp_path / "none.log"), "--program", PROGRAM)
    assert missing == f"k8s_audit_spark: Input path does not exist: {tmp_path}/none.log\n"
    assert told(log, log, "--stream", "c") == "k8s_audit_spark: --stream takes one path\n"
