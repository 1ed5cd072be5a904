"""The Python of docs/guides/spark.md."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import ROOT, ship_by_name
from pyspark.sql import SparkSession

SAMPLES = ROOT / "samples"


def test_the_guide(spark: SparkSession, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    (logs / "inputs").mkdir(parents=True)
    for name in ("secret-dump.log", "exec-session.log", "inputs/cri.log"):
        (logs / name).write_bytes((SAMPLES / name).read_bytes())
    ship_by_name(spark, "k8s-audit", tmp_path)
    text = (ROOT / "docs/guides/spark.md").read_text()
    blocks = re.findall(r"^```python\n(.+?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 5
    names: dict[str, object] = {"spark": spark}
    for block in blocks:
        code = block.replace("s3a://audit-logs", str(logs)).replace("s3a://lake", str(tmp_path / "lake"))
        exec(code, names)
    answer = names["answer"]
    assert [tuple(row) for row in answer.collect()][:2] == [  # type: ignore[attr-defined]
        ("system:serviceaccount:shop:web", 2, 5),
        ("mallory@example.com", 1, 8),
    ]
    assert spark.read.parquet(str(tmp_path / "lake/k8s-audit/findings")).count() > 10
    hourly = spark.read.parquet(str(tmp_path / "lake/hourly/findings"))
    assert {row.cluster for row in hourly.collect()} == {"north"}
