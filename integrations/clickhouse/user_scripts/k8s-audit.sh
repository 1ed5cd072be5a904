#!/bin/sh
# Reads lines of an audit log from ClickHouse and writes findings, one JSON object a line.
#
# ClickHouse takes what a function says on standard error for a failure: -q keeps counts and warnings back, so that only
# errors are said, such as rules that do not load. The query then fails with that error.
#
# K8S_AUDIT   the program; k8s-audit by default
# Arguments come from the query: executable('k8s-audit.sh -r /etc/k8s-audit/my-rules.yaml', …)
exec "${K8S_AUDIT:-k8s-audit}" scan - -q -f ndjson "$@"
