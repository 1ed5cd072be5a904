"""k8s-audit inside Spark: the findings of one process, by as many executors as there are."""

from k8s_audit_spark.program import ProgramError
from k8s_audit_spark.scan import Scan, Totals, scan
from k8s_audit_spark.streaming import scan_stream
from k8s_audit_spark.task import AccountingError
from k8s_audit_spark.write import write

__all__ = ["AccountingError", "ProgramError", "Scan", "Totals", "scan", "scan_stream", "write"]
