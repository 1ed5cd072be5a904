"""Frames of small logs, against one process."""

from __future__ import annotations

import gzip
import shutil
from datetime import date
from pathlib import Path

import pytest
from conftest import PROGRAM, ROOT, alert_row, finding_row, one_process, script
from pyspark.errors import PythonException
from pyspark.sql import SparkSession

from k8s_audit_spark import ProgramError, scan, schemas
from k8s_audit_spark.reader import literal

SAMPLES = ROOT / "samples"
#: Names that patterns, lists and addresses would take for something else.
LOGS = {
    "secret-dump.log": "a, b/secret [1]*.log",
    "inputs/gzip-members.log.gz": "members {x,y}.gz",
    "inputs/bom-crlf.log": "crlf?.log",
    "inputs/event-list.json": "list%20é.json",
    "inputs/csv.csv": "export.csv",
}


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("logs")
    paths = []
    for sample, name in LOGS.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        shutil.copy(SAMPLES / sample, path)
        paths.append(path)
    damaged = folder / "damaged.log.gz"
    damaged.write_bytes(gzip.compress((SAMPLES / "exec-session.log").read_bytes())[:-40])
    paths.append(damaged)
    empty = folder / "empty.log"
    empty.touch()
    return [*paths, empty]


def test_frames_equal_one_process(spark: SparkSession, logs: list[Path]) -> None:
    found = scan(spark, [literal(str(path)) for path in logs], program=PROGRAM, activity=["--noise"])
    totals = found.verify()
    report = one_process(logs)
    findings = found.findings.collect()
    assert sorted(map(finding_row, findings), key=str) == sorted(map(alert_row, report["findings"]), key=str)
    assert len(findings) > 5
    assert all(row.date == date.fromisoformat(row.logged_time[:10]) for row in findings)

    summary = report["summary"]
    names = ("lines", "event_lines", "continuation_lines", "blank_lines", "problem_lines", "events", "findings")
    assert {name: getattr(totals, name) for name in names} == {name: summary[name] for name in names}
    assert totals.files == totals.ranges == len(logs)
    assert totals.file_bytes == sum(path.stat().st_size for path in logs)
    assert totals.incomplete_files == 1

    # The other samples hold one and the same request, which a process that reads them all has once.
    distinct = [path for path in logs if path.name in ("secret [1]*.log", "damaged.log.gz")]
    names = ("file", "line", "time", "user", "verb", "object", "result")
    assert sorted(
        (row.file.removeprefix("file:"), row.line, row.logged_time, row.user, row.verb, row.object, row.result)
        for row in found.activity.collect()
        if row.file.removeprefix("file:") in map(str, distinct)
    ) == sorted(
        tuple(request[name] for name in names)
        for request in one_process(distinct, "--noise", command="activity")["requests"]
    )

    problems = {(row.reason, row["count"]) for row in found.problems.collect()}
    assert problems == {(problem["reason"], problem["count"]) for problem in summary["problems"]}
    assert [row.file.rsplit("/", 1)[1] for row in found.accounting.filter("exit_code = 2").collect()] == [
        "damaged.log.gz"
    ]

    for frame, schema in (
        (found.findings, schemas.FINDINGS),
        (found.activity, schemas.ACTIVITY),
        (found.problems, schemas.PROBLEMS),
        (found.accounting, schemas.ACCOUNTING),
    ):
        assert [(field.name, field.dataType) for field in frame.schema] == [
            (field.name, field.dataType) for field in schema
        ]
    found.unpersist()


def test_rules_config_and_clusters(spark: SparkSession, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "mine.yaml").write_text(
        "- rule: Mine\n  desc: d\n  condition: ka.verb in (reads)\n  output: o\n"
        "  priority: INFO\n  source: k8s_audit\n"
    )
    more = tmp_path / "lists.yaml"
    more.write_text("- list: reads\n  items: [list]\n")
    config = tmp_path / "c.yaml"
    config.write_text("all-rules: true\n")
    for cluster in ("north", "south"):
        (tmp_path / "logs" / cluster).mkdir(parents=True)
        shutil.copy(SAMPLES / "secret-dump.log", tmp_path / "logs" / cluster)
    found = scan(
        spark,
        str(tmp_path / "logs"),
        rules=[str(more), str(rules)],
        config=str(config),
        program=PROGRAM,
        options=["--no-default-rules"],
        activity=None,
        cluster_pattern="/logs/([^/]+)/",
    )
    assert sorted(map(tuple, found.findings.groupBy("rule", "cluster").count().collect())) == [
        ("Mine", "north", 3),
        ("Mine", "south", 3),
    ]
    assert found.activity.count() == 0
    assert found.verify().requests == 0
    found.unpersist()


def test_what_is_wrong_is_told_before_a_task_starts(spark: SparkSession, tmp_path: Path) -> None:
    rules = tmp_path / "wrong.yaml"
    rules.write_text("- rule: Wrong\n  condition: ka.verb ==== get\n")
    with pytest.raises(ProgramError, match=f"\n{tmp_path}/wrong.yaml:1:3: error"):
        scan(spark, str(SAMPLES), rules=[str(rules)], program=PROGRAM)
    with pytest.raises(ProgramError, match="unknown option '--no-such'"):
        scan(spark, str(SAMPLES), options=["--no-such"], program=PROGRAM)
    with pytest.raises(FileNotFoundError, match="none.yaml: no such rules"):
        scan(spark, str(SAMPLES), rules=["none.yaml"], program=PROGRAM)
    with pytest.raises(FileNotFoundError, match="./none: no such program"):
        scan(spark, str(SAMPLES), program="./none")
    with pytest.raises(ValueError, match="--output is no option here"):
        scan(spark, str(SAMPLES), options=["--output=x"], program=PROGRAM)


def test_a_task_that_fails_is_done_again(spark: SparkSession, tmp_path: Path) -> None:
    # The first start is the check by the driver; the second one, of a task, is killed with half of its output written.
    text = (
        f"mkdir {tmp_path}/first 2>/dev/null && exec node {ROOT}/bin/k8s-audit.js \"$@\"\n"
        f"mkdir {tmp_path}/second 2>/dev/null && {{ node {ROOT}/bin/k8s-audit.js \"$@\" | head -n 3; kill -9 $$; }}\n"
        f"exec node {ROOT}/bin/k8s-audit.js \"$@\"\n"
    )
    spark.sparkContext.addFile(script(tmp_path / "dies-once", text))
    log = SAMPLES / "secret-dump.log"
    found = scan(spark, str(log), program="dies-once", activity=None)
    assert sorted(map(finding_row, found.findings.collect())) == sorted(
        map(alert_row, one_process([log])["findings"])
    )
    assert (tmp_path / "second").exists()
    found.unpersist()


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("dies", "cat > /dev/null; echo out of luck >&2; kill -9 $$", "exit code -9: out of luck"),
        ("half", "cat > /dev/null; echo '{\"findings\":['; exit 0", "no whole report"),
        ("deaf", f"node {ROOT}/bin/k8s-audit.js \"$@\" < /dev/null", "exit code 0: nothing was said"),
        (
            "loses",
            f"node {ROOT}/bin/k8s-audit.js \"$@\" | sed '3d'",
            "findings came",
        ),
        (
            "miscounts",
            f"node {ROOT}/bin/k8s-audit.js \"$@\" | sed 's/\"event_lines\":/\"event_lines\":1/'",
            "lines, but",
        ),
    ],
)
def test_a_program_that_does_not_do_its_work_fails_the_query(
    spark: SparkSession, tmp_path: Path, name: str, text: str, why: str
) -> None:
    # The check by the driver has no input, and passes.
    program = script(tmp_path / name, f'if [ ! -d {tmp_path}/x ]; then mkdir {tmp_path}/x; exit 0; fi\n{text}\n')
    log = tmp_path / "large.log"
    log.write_bytes((SAMPLES / "secret-dump.log").read_bytes() * 40)
    found = scan(spark, str(log), program=program, activity=None)
    with pytest.raises(PythonException, match=why):
        found.parts.count()
    found.unpersist()
