"""The program for `spark-submit`: scans audit logs and writes tables."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from k8s_audit_spark.program import ProgramError
from k8s_audit_spark.scan import scan
from k8s_audit_spark.streaming import scan_stream
from k8s_audit_spark.task import AccountingError
from k8s_audit_spark.write import write


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """The command line, read."""
    parser = argparse.ArgumentParser(prog="k8s_audit_spark", description=__doc__, allow_abbrev=False)
    parser.add_argument("paths", nargs="+", help="logs: files, folders and patterns of any Hadoop file system")
    parser.add_argument("--output", required=True, help="folder of the tables findings, activity, problems, accounting")
    parser.add_argument("--format", default="parquet", help="format of the tables: parquet (default), delta, orc")
    parser.add_argument("--run", help="name of this run: running it again replaces its rows (default: the time)")
    parser.add_argument("--stream", metavar="CHECKPOINT", help="only files that no run with this checkpoint read")
    parser.add_argument("--program", default="k8s-audit", help="executable or npm package, here or shipped by name")
    parser.add_argument("--node", default="node", help="Node on the executors, for the npm package")
    parser.add_argument("--rules", action="append", default=[], help="file or folder of rules; repeatable")
    parser.add_argument("--config", help="configuration file (k8s-audit.yaml)")
    parser.add_argument("--option", action="append", default=[], help="further option of scan: --option=--all-rules")
    parser.add_argument("--no-activity", action="store_true", help="findings only")
    parser.add_argument("--cluster", help="name of the cluster, where a log names none")
    parser.add_argument("--cluster-pattern", help="regular expression: its first group is the cluster in a file's path")
    parser.add_argument("--range-mb", type=int, default=256, help="read larger plain logs in ranges of so many MiB")
    return parser.parse_args(words)


def main(words: Sequence[str], session: SparkSession | None = None) -> int:
    """Runs the command line, in a session of its own when none is given.

    Returns the exit code: 0, 1 when it was not done, 2 when some input could not be read whole.
    """
    given = arguments(words)
    settings: dict[str, Any] = {
        "program": given.program,
        "node": given.node,
        "rules": given.rules,
        "config": given.config,
        "options": given.option,
        "activity": None if given.no_activity else (),
        "cluster": given.cluster,
        "cluster_pattern": given.cluster_pattern,
        "range_bytes": given.range_mb << 20,
    }
    spark = session or SparkSession.builder.appName("k8s-audit").getOrCreate()
    try:
        if given.stream is not None:
            return _stream(spark, given, settings)
        run = given.run or datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        found = scan(spark, given.paths, **settings)
        totals = write(found, given.output, run, given.format)
        print(f"run {run}: {totals}", file=sys.stderr)
        return 2 if totals.incomplete_files > 0 else 0
    except (ProgramError, AccountingError, PySparkException, OSError, ValueError) as error:
        print(f"k8s_audit_spark: {_reason(str(error))}", file=sys.stderr)
        return 1
    finally:
        if session is None:
            spark.stop()


def _reason(text: str) -> str:
    """The line that says why, of what Spark tells of a task that failed."""
    found = re.findall(r"(?:ProgramError|AccountingError): (.+)", text)
    return found[-1] if found else text.strip().split("\n")[0]


def _stream(spark: SparkSession, given: argparse.Namespace, settings: dict[str, Any]) -> int:
    if len(given.paths) != 1:
        raise ValueError("--stream takes one path")
    incomplete = 0

    def batch(found: Any, run: str) -> None:
        nonlocal incomplete
        totals = write(found, given.output, run, given.format)
        incomplete += totals.incomplete_files
        print(f"run {run}: {totals}", file=sys.stderr)

    scan_stream(spark, given.paths[0], given.stream, batch, **settings).awaitTermination()
    return 2 if incomplete > 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
