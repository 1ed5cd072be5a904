"""One Spark with two executors in processes of their own, for all tests."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

ROOT = Path(__file__).parents[3]
#: The package as npm would install it: this checkout, built.
PROGRAM = str(ROOT)
#: Less work for the compilers of a JVM that lives for a minute.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
#: Correlations look at events of several files together: one process sees more of them than a task.
NO_CORRELATIONS = [
    f"--disable-rule={name}"
    for path in sorted((ROOT / "rules").rglob("*.yaml"))
    for name in re.findall(r"^- correlation: (.+)$", path.read_text(), re.MULTILINE)
]


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    place = tmp_path_factory.mktemp("spark")
    os.environ["SPARK_WORKER_DIR"] = str(place / "work")
    builder = SparkSession.builder.master("local-cluster[2,1,1500]")
    for name, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": JAVA,
        "spark.executor.extraJavaOptions": JAVA,
        "spark.executor.memory": "1000m",
        "spark.local.dir": str(place / "local"),
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.session.timeZone": "America/St_Johns",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(place / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def script(path: Path, text: str) -> str:
    """Writes a shell script, and returns its path."""
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(0o755)
    return str(path)


def ship_by_name(spark: SparkSession, name: str, folder: Path) -> None:
    """Ships the program as a file of this name, as `spark-submit --files` does."""
    spark.sparkContext.addFile(script(folder / name, f'exec node {ROOT}/bin/k8s-audit.js "$@"\n'))


def one_process(paths: list[Path], *options: str, command: str = "scan") -> dict[str, Any]:
    """The JSON report of one process on files."""
    words = ["node", f"{ROOT}/bin/k8s-audit.js", command, *map(str, paths), "-f", "json", "-q", *options]
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.stdout, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def alert_row(alert: dict[str, Any]) -> tuple[Any, ...]:
    """What tells a finding of one process from others."""
    audit = alert["k8s_audit"]
    place = (audit["file"], audit["line"], audit["auditID"], audit["stage"], audit["fingerprint"])
    more = (audit.get("cluster"), audit["severity"], *audit["policies"], "|", *alert["tags"])
    fields = {name: _text(value) for name, value in alert["output_fields"].items()}
    told = (alert["time"], alert["rule"], alert["priority"], alert["output"])
    return (*place, *told, *more, str(sorted(fields.items())))


def finding_row(row: Row) -> tuple[Any, ...]:
    """The same of a row of findings."""
    place = (row.file.removeprefix("file:"), row.line, row.audit_id, row.stage, row.fingerprint)
    more = (row.cluster, row.severity, *row.policies, "|", *row.tags)
    told = (row.logged_time, row.rule, row.priority, row.output)
    return (*place, *told, *more, str(sorted(row.output_fields.items())))


def _text(value: object) -> str | None:
    """A value as the text that a column of text has."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
