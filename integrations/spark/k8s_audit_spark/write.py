"""Writes the frames of a scan as tables: findings and activity in folders by date, cluster and run."""

from __future__ import annotations

import re

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from k8s_audit_spark.scan import Scan, Totals

#: Folders of each table; `run` is the last one.
_PARTITIONS = {
    "findings": ("date", "cluster"),
    "activity": ("date", "cluster"),
    "problems": (),
    "accounting": (),
}
#: Name of the cluster where neither the log nor an option tells one.
UNKNOWN = "unknown"


def write(scan: Scan, output: str, run: str, table_format: str = "parquet") -> Totals:
    """Checks a scan, writes it below the folder `output`, and returns its sums.

    Rows carry the name of the run. Writing a run again replaces its own rows and no others: so a run that failed or
    was stopped is simply done again. `table_format` is that of a Spark data source: `parquet`, or `delta` where the
    cluster has it.
    """
    if re.fullmatch(r"[A-Za-z0-9._-]{1,100}", run) is None:
        raise ValueError("run: 1 to 100 letters, digits, dots, dashes and underscores")
    totals = scan.verify()
    for name, folders in _PARTITIONS.items():
        frame: DataFrame = getattr(scan, name)
        if "cluster" in folders:
            frame = frame.withColumn("cluster", f.coalesce("cluster", f.lit(UNKNOWN)))
        rows = frame.withColumn("run", f.lit(run))
        writer = rows.write.format(table_format).mode("overwrite").partitionBy(*folders, "run")
        writer = (
            writer.option("replaceWhere", f"run = '{run}'")
            if table_format == "delta"
            else writer.option("partitionOverwriteMode", "dynamic")
        )
        writer.save(f"{output.rstrip('/')}/{name}")
    return totals
