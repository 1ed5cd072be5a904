"""Scans new files as they come, each once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from k8s_audit_spark.reader import literal
from k8s_audit_spark.scan import Scan, scan
from k8s_audit_spark.write import write

_FILES = "path string, modificationTime timestamp, length long, content binary"


def scan_stream(
    spark: SparkSession,
    path: str,
    checkpoint: str,
    output: str | Callable[[Scan, str], object],
    *,
    table_format: str = "parquet",
    max_files: int = 1000,
    interval: str | None = None,
    **settings: Any,
) -> StreamingQuery:
    """Scans the files below `path` that no earlier run with this checkpoint did, and returns the running query.

    checkpoint   a folder in which Spark notes which files were read; one for each output
    output       a folder (see write), or a function of each batch: it gets the scan and the batch's name. A batch that
                 was cut short is done again under the same name, so a function must replace what it wrote before
    max_files    files of a batch
    interval     look for new files so often (`10 minutes`), without end; None reads what is there, and ends
    settings     those of scan

    A file counts as new by its name, so it must be complete when it appears, and not change afterwards.
    """

    def handle(batch: DataFrame, number: int) -> None:
        paths = [literal(row.path) for row in batch.collect()]
        name = f"batch-{number:012d}"
        found = scan(spark, paths, **settings)
        try:
            if callable(output):
                output(found, name)
            else:
                write(found, output, name, table_format)
        finally:
            found.unpersist()

    # Only names come from the source: with other columns it would read the files.
    source = spark.readStream.format("binaryFile").schema(_FILES).option("recursiveFileLookup", "true")
    names = source.option("maxFilesPerTrigger", max_files).load(path).select("path")
    stream = names.writeStream.foreachBatch(handle).option("checkpointLocation", checkpoint)
    chosen = stream.trigger(availableNow=True) if interval is None else stream.trigger(processingTime=interval)
    return chosen.start()
