"""A log of 200 MB in sixteen files, three of them broken; an executor is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from conftest import NO_CORRELATIONS, PROGRAM, ROOT, alert_row, finding_row, one_process
from pyspark.sql import SparkSession

from k8s_audit_spark import scan

FILES = 16
MEGABYTES = 200
#: Writes the log and packs it, and breaks three files: cut short, changed in the middle, begun by something else.
GENERATE = f"""
import {{ gzipSync }} from 'node:zlib';
import {{ writeFileSync }} from 'node:fs';
import {{ corpusLines }} from '{ROOT}/bench/corpus.mjs';
const lines = corpusLines('normal', 20);
for (let file = 0; file < {FILES}; file++) {{
  const chunk = [];
  for (let size = 0; size < {MEGABYTES * 1_000_000 // FILES}; size += chunk.at(-1).length + 1)
    chunk.push(lines.next().value);
  let packed = gzipSync(chunk.join('\\n') + '\\n', {{ level: 1 }});
  const third = Math.floor(packed.length / 3);
  if (file === 3) packed = packed.subarray(0, third);
  if (file === 8) packed.fill(0x55, third, third + 40);
  if (file === 13) packed = Buffer.concat([Buffer.from('no archive\\n'), packed]);
  writeFileSync(`${{process.argv[1]}}/${{String(file).padStart(2, '0')}}.log.gz`, packed);
}}
"""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("logs")
    subprocess.run(["node", "--input-type=module", "-e", GENERATE, str(folder)], check=True)
    return sorted(folder.iterdir())


def executors() -> list[int]:
    """The process ids of executors that this process started, by way of its JVM."""
    parents = {}
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, parent = int(status.parent.name), int(status.read_text().rsplit(")", 1)[1].split()[1])
            words = (status.parent / "cmdline").read_bytes().split(b"\0")
        except (OSError, IndexError):
            continue
        parents[pid] = parent
        if words[0].endswith(b"java") and any(word.endswith(b"CoarseGrainedExecutorBackend") for word in words):
            found.append(pid)

    def ours(pid: int) -> bool:
        while pid in parents:
            pid = parents[pid]
            if pid == os.getpid():
                return True
        return False

    return [pid for pid in found if ours(pid)]


def kill_one_in_the_middle(spark: SparkSession, group: str, killed: list[int], done: threading.Event) -> None:
    """Kills an executor when some tasks of a job are finished and others are at work."""
    tracker = spark.sparkContext.statusTracker()
    while not done.is_set():
        for job in tracker.getJobIdsForGroup(group):
            info = tracker.getJobInfo(job)
            for stage in [] if info is None else info.stageIds:
                state = tracker.getStageInfo(stage)
                if state is not None and state.numCompletedTasks >= 4 and state.numActiveTasks > 0:
                    killed.append(executors()[0])
                    os.kill(killed[0], signal.SIGKILL)
                    return
        time.sleep(0.02)


def test_findings_of_one_process_though_an_executor_is_killed(spark: SparkSession, logs: list[Path]) -> None:
    assert len(logs) == FILES
    begun = time.monotonic()
    report = one_process(logs, "--threads=1", *NO_CORRELATIONS)
    alone = time.monotonic() - begun

    begun = time.monotonic()
    paths = [str(path) for path in logs]
    undisturbed = scan(spark, paths, program=PROGRAM, options=NO_CORRELATIONS, activity=None)
    undisturbed.parts.count()
    together = time.monotonic() - begun
    undisturbed.unpersist()

    killed: list[int] = []
    done = threading.Event()
    spark.sparkContext.setJobGroup("killed", "the scan in which an executor is killed")
    killer = threading.Thread(target=kill_one_in_the_middle, args=(spark, "killed", killed, done))
    killer.start()
    begun = time.monotonic()
    found = scan(spark, paths, program=PROGRAM, options=NO_CORRELATIONS, activity=None)
    totals = found.verify()
    disturbed = time.monotonic() - begun
    done.set()
    killer.join()
    assert len(killed) == 1
    assert killed[0] not in executors()

    findings = sorted(map(finding_row, found.findings.collect()), key=str)
    assert findings == sorted(map(alert_row, report["findings"]), key=str)
    assert len(findings) > 500
    summary = report["summary"]
    names = ("lines", "event_lines", "continuation_lines", "blank_lines", "problem_lines", "events", "findings")
    assert {name: getattr(totals, name) for name in names} == {name: summary[name] for name in names}
    assert totals.files == FILES
    assert totals.file_bytes == sum(path.stat().st_size for path in logs)
    # Behind the line in front of the third one the program finds the archive: one problem, and nothing is missing.
    assert totals.incomplete_files == 2
    problems: dict[str, int] = {}
    for row in found.problems.collect():
        problems[row.reason] = problems.get(row.reason, 0) + row["count"]
    assert problems == {problem["reason"]: problem["count"] for problem in summary["problems"]}
    found.unpersist()
    print(
        f"\none process {alone:.1f} s; two executors {together:.1f} s, {together / alone:.2f} of it; "
        f"one killed {disturbed:.1f} s, {disturbed / alone:.2f} of it"
    )
