"""Scans audit logs with the executors of a Spark application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType, StructField, StructType

from k8s_audit_spark import program as programs
from k8s_audit_spark import schemas
from k8s_audit_spark.reader import blocks
from k8s_audit_spark.task import AccountingError, Job, evaluator

_FAIL_FAST = {"mode": "FAILFAST"}
_KEYS = ("file", "range_begin")
_DESCRIBED = StructType(
    [
        *(field for field in schemas.ACCOUNTING if field.name not in _KEYS),
        StructField("problems", ArrayType(schemas.PROBLEM)),
    ]
)
_LINES = ("event_lines", "continuation_lines", "blank_lines", "problem_lines")
_COUNTS = ("lines", *_LINES, "events", "findings", "requests")


class Totals(NamedTuple):
    """Sums over all files; lines = event_lines + continuation_lines + blank_lines + problem_lines."""

    files: int
    ranges: int
    file_bytes: int
    lines: int
    event_lines: int
    continuation_lines: int
    blank_lines: int
    problem_lines: int
    events: int
    findings: int
    requests: int
    incomplete_files: int


class Scan(NamedTuple):
    """Frames of one scan. All come from rows that are computed once and kept on the executors until `unpersist`."""

    findings: DataFrame
    activity: DataFrame
    problems: DataFrame
    accounting: DataFrame
    parts: DataFrame

    def verify(self) -> Totals:
        """Runs the scan, and returns its sums. AccountingError when a byte, line or row is missing or there twice."""
        read = f.sum(f.col("range_end") - f.col("range_begin"))
        by_file = self.accounting.groupBy("file").agg(
            f.when(read != f.max("file_bytes"), f.col("file")).alias("wrong"),
            f.max("file_bytes").alias("file_bytes"),
            f.count("*").alias("ranges"),
            f.max(f.when(f.col("exit_code") != 0, 1).otherwise(0)).alias("incomplete_files"),
            *(f.sum(name).alias(name) for name in _COUNTS),
        )
        sums = by_file.agg(
            f.max("wrong").alias("wrong"),
            f.count("*").alias("files"),
            *(
                f.coalesce(f.sum(name), f.lit(0)).alias(name)
                for name in ("ranges", "file_bytes", *_COUNTS, "incomplete_files")
            ),
        ).head()
        assert sums is not None
        if sums.wrong is not None:
            raise AccountingError(f"{sums.wrong}: its ranges do not cover it once")
        totals = Totals(*(sums[name] for name in Totals._fields))
        accounted = sum(getattr(totals, name) for name in _LINES)
        if accounted != totals.lines:
            raise AccountingError(f"{totals.lines} lines, but {accounted} were accounted for")
        rows = self.findings.select(f.lit("findings").alias("name")).union(self.activity.select(f.lit("requests")))
        there = {row.name: row["count"] for row in rows.groupBy("name").count().collect()}
        for name in ("findings", "requests"):
            if there.get(name, 0) != getattr(totals, name):
                raise AccountingError(f"{getattr(totals, name)} {name} were written, {there.get(name, 0)} are there")
        return totals

    def unpersist(self) -> None:
        """Frees what the executors keep of this scan."""
        self.parts.unpersist()


def scan(
    spark: SparkSession,
    paths: str | Sequence[str],
    rules: Sequence[str] = (),
    config: str | None = None,
    *,
    program: str = "k8s-audit",
    node: str = "node",
    options: Sequence[str] = (),
    activity: Sequence[str] | None = (),
    cluster: str | None = None,
    cluster_pattern: str | None = None,
    range_bytes: int = 256 << 20,
) -> Scan:
    """Evaluates rules on audit logs, on the executors. Files are listed; they are read when a frame is asked for rows.

    paths           files, folders and patterns, of any file system that Hadoop knows
    rules, config   files of this machine, shipped to the executors; also folders of rules
    program         a standalone executable or the package of npm, here or shipped: see program.ship
    options         further options of `k8s-audit scan`, such as `--min-priority=warning`
    activity        options of `k8s-audit activity`, such as `--noise`; None leaves activity out
    cluster         name of the cluster, where a log names none
    cluster_pattern a regular expression whose first group is that name in the path of a file
    range_bytes     plain logs of the API server that are larger are read in ranges of this size

    Rules judge one event, so where files are cut makes no difference to them. Correlations see one file, or range of
    a file, at a time.
    """
    if range_bytes < 1:
        raise ValueError("range_bytes: at least 1")
    context = spark.sparkContext
    shipped = programs.ship(context, program, node, rules, config, options)
    programs.check(shipped)
    programs.ship_package(context)
    job = Job(shipped, None if activity is None else tuple(activity), cluster, cluster_pattern)
    read = blocks(context, [paths] if isinstance(paths, str) else paths, range_bytes)
    rows = read.rdd.mapPartitions(evaluator(job))
    parts = spark.createDataFrame(rows, schemas.PARTS, verifySchema=False)
    return _frames(parts.persist(StorageLevel.MEMORY_AND_DISK), read.cut)


def _frames(parts: DataFrame, cut: bool) -> Scan:
    described = _rows(parts, "accounting", _DESCRIBED)
    accounting = described.select(*(_own(name) for name in schemas.ACCOUNTING.names))
    before = Window.partitionBy("file").orderBy("range_begin").rowsBetween(Window.unboundedPreceding, -1)
    lines_before = f.coalesce(f.sum("lines").over(before), f.lit(0)).alias("lines_before")
    offsets = f.broadcast(accounting.select(*_KEYS, lines_before))

    def counted(rows: DataFrame) -> DataFrame:
        """With the number of lines in front of the range, since the program counts lines of what it gets."""
        return rows.join(offsets, [*_KEYS]) if cut else rows.withColumn("lines_before", f.lit(0))

    return Scan(
        _findings(counted(_rows(parts, "finding", schemas.ALERT))),
        _activity(counted(_rows(parts, "request", schemas.REQUEST))),
        _problems(counted(described)),
        accounting,
        parts,
    )


def _rows(parts: DataFrame, kind: str, schema: StructType) -> DataFrame:
    """Lines of JSON of one kind, parsed to `row`. A line that is none fails the query."""
    lines = f.explode(f.split("lines", "\n")).alias("json")
    return (
        parts.filter(f.col("kind") == kind)
        .select("file", "range_begin", lines)
        .select("file", "range_begin", f.from_json("json", schema, _FAIL_FAST).alias("row"))
    )


def _own(name: str) -> Column:
    return f.col(name) if name in _KEYS else f.col(f"row.{name}").alias(name)


def _times(time: Column) -> list[Column]:
    return [f.to_date(f.substring(time, 1, 10)).alias("date"), time.cast("timestamp").alias("time"), time]


def _place(file: Column, line: Column) -> list[Column]:
    """Where something was read: the program calls its input `-`, and a file of an archive in it `-!NAME`."""
    return [
        f.concat(f.col("file"), f.substr(file, f.lit(2))).alias("file"),
        (line + f.col("lines_before")).alias("line"),
    ]


def _findings(rows: DataFrame) -> DataFrame:
    audit = f.col("row.k8s_audit")
    places = {"cluster", "severity", "policies", "stage", "node", "stream", "fingerprint"}
    columns: dict[str, Column] = {"audit_id": audit["auditID"]}
    columns |= {name: audit[name] for name in places}
    columns |= dict(zip(("date", "time", "logged_time"), _times(f.col("row.time")), strict=True))
    columns |= dict(zip(("file", "line"), _place(audit["file"], audit["line"]), strict=True))
    return _ordered(rows, schemas.FINDINGS, columns)


def _activity(rows: DataFrame) -> DataFrame:
    columns = dict(zip(("date", "time", "logged_time"), _times(f.col("row.time")), strict=True))
    columns |= dict(zip(("file", "line"), _place(f.col("row.file"), f.col("row.line")), strict=True))
    columns["end"] = f.col("row.end").cast("timestamp")
    return _ordered(rows, schemas.ACTIVITY, columns)


def _ordered(rows: DataFrame, schema: StructType, columns: dict[str, Column]) -> DataFrame:
    return rows.select(*(columns.get(name, f.col(f"row.{name}")).alias(name) for name in schema.names))


def _problems(described: DataFrame) -> DataFrame:
    problem = f.explode("row.problems").alias("problem")
    lines = f.transform("problem.examples", lambda example: example["line"] + f.col("lines_before"))
    return described.select("file", "range_begin", "lines_before", problem).select(
        "file",
        "range_begin",
        *(f.col(f"problem.{name}").alias(name) for name in ("reason", "kind", "text", "count")),
        f.filter(lines, lambda line: line.isNotNull()).alias("lines"),
    )
