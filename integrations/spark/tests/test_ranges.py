"""Where files are cut, and that nothing is lost or found twice there."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from conftest import NO_CORRELATIONS, PROGRAM, ROOT, alert_row, finding_row, one_process
from pyspark.sql import SparkSession

from k8s_audit_spark import scan
from k8s_audit_spark.reader import blocks, literal

EVENT = b'{"kind":"Event",'
#: Line ends of two kinds, blank lines, text that looks like the start of an event inside of a line, an event over
#: several lines, and a last line without an end.
SMALL = (
    EVENT + b'"a":1}\n' + EVENT + b'"b":2}\r\n\n\r\n' + EVENT + b'"c":"' + EVENT + b'"}\n'
    b'{\n  "kind":"Event",\n  "d":1\n}\n{"kind":"EventList","items":[]}\n'
    + EVENT + b'"e":"' + b"x" * 70 + b'"}\n' + EVENT + EVENT + b"\n" + EVENT + b'"f":6}'
)


def ranges(spark: SparkSession, path: Path, size: int) -> list[tuple[int, int, bytes]]:
    """Begin, end and bytes of each range of a file that is not empty."""
    found: list[tuple[int, int, bytes]] = []
    for block in blocks(spark.sparkContext, [literal(str(path))], size).rdd.collect():
        if block[0] == 0:
            begin, end, length, name = block[1:].decode().split("\t")
            assert (int(length), name) == (path.stat().st_size, f"file:{path}")
            found.append((int(begin), int(end), b""))
        else:
            begin_, end_, data = found.pop()
            found.append((begin_, end_, data + block[1:]))
    return [one for one in found if one[0] < one[1]]


@pytest.mark.parametrize("size", [11, 16, 37, 64, 300])
def test_ranges_cover_a_file_once_and_begin_with_an_event(spark: SparkSession, tmp_path: Path, size: int) -> None:
    path = tmp_path / "small.log"
    path.write_bytes(SMALL)
    found = ranges(spark, path, size)
    assert b"".join(data for _, _, data in found) == SMALL
    assert [begin for begin, _, _ in found[1:]] == [end for _, end, _ in found[:-1]]
    assert found[-1][1] == len(SMALL)
    for begin, end, data in found:
        assert data.startswith(EVENT)
        assert begin == 0 or SMALL[begin - 1 : begin] == b"\n"
        assert len(data) == end - begin
    if size < 20:
        starts = [at for at in range(len(SMALL)) if SMALL.startswith(EVENT, at) and SMALL[at - 1 : at] in (b"\n", b"")]
        assert len(found) == len(starts) == 6


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.json", b"[\n" + b",\n".join([EVENT + b'"a":1}'] * 9) + b"\n]\n"),
        ("packed.log.gz", gzip.compress(SMALL)),
        ("blank.log", b"\n" + SMALL),
        ("lines.log", b'{"a":1}\n' * 40),
        ("empty.log", b""),
    ],
)
def test_other_files_are_read_whole(spark: SparkSession, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    read = blocks(spark.sparkContext, [literal(str(path))], 32)
    assert not read.cut
    assert read.rdd.getNumPartitions() == 1
    assert b"".join(data for _, _, data in ranges(spark, path, 32)) == content


def test_ranges_have_the_findings_and_lines_of_one_process(spark: SparkSession, tmp_path: Path) -> None:
    lines = [
        line
        for sample in ("secret-dump.log", "exec-session.log", "privileged-pod.log")
        for line in (ROOT / "samples" / sample).read_bytes().splitlines()
    ]
    lines[5:5] = [b"", b"no event at all", *json.dumps(json.loads(lines[4]), indent=1).encode().splitlines()]
    path = tmp_path / "plain.log"
    # Line ends of Windows in one half, and none at the end.
    half = len(lines) // 2
    path.write_bytes(b"\n".join(lines[:half]) + b"\n" + b"\r\n".join(lines[half:]))
    size = path.stat().st_size // 4 + 1
    found = scan(spark, str(path), program=PROGRAM, activity=None, range_bytes=size, options=NO_CORRELATIONS)
    report = one_process([path], *NO_CORRELATIONS)
    totals = found.verify()
    assert totals.ranges == 4
    assert totals.files == 1
    assert (totals.lines, totals.events) == (report["summary"]["lines"], report["summary"]["events"])
    assert totals.problem_lines == 1
    rows = sorted(map(finding_row, found.findings.collect()), key=str)
    assert rows == sorted(map(alert_row, report["findings"]), key=str)
    assert len({row[1] for row in rows}) > 5
    begins = [row.range_begin for row in found.accounting.filter("findings > 0").collect()]
    assert len(begins) > 2
    assert [tuple(row.lines) for row in found.problems.collect()] == [(7,)]
    found.unpersist()
