-- Findings, as `k8s-audit scan -f ndjson` writes them: what queries ask for as columns, and the whole line.
CREATE TABLE IF NOT EXISTS k8s_audit_findings (
  finding String CODEC(ZSTD(3)),
  time DateTime64(9, 'UTC') DEFAULT parseDateTime64BestEffortOrZero(JSONExtractString(finding, 'time'), 9, 'UTC'),
  rule LowCardinality(String) DEFAULT JSONExtractString(finding, 'rule'),
  severity LowCardinality(String) DEFAULT JSONExtractString(finding, 'k8s_audit', 'severity'),
  priority LowCardinality(String) DEFAULT JSONExtractString(finding, 'priority'),
  policies Array(LowCardinality(String)) DEFAULT JSONExtract(finding, 'k8s_audit', 'policies', 'Array(String)'),
  tags Array(LowCardinality(String)) DEFAULT JSONExtract(finding, 'tags', 'Array(String)'),
  user LowCardinality(String) DEFAULT JSONExtractString(finding, 'output_fields', 'ka.user.name'),
  namespace LowCardinality(String) DEFAULT JSONExtractString(finding, 'output_fields', 'ka.target.namespace'),
  object String DEFAULT JSONExtractString(finding, 'output_fields', 'ka.target.name'),
  audit_id String DEFAULT JSONExtractString(finding, 'k8s_audit', 'auditID'),
  fingerprint String DEFAULT JSONExtractString(finding, 'k8s_audit', 'fingerprint'),
  message String DEFAULT JSONExtractString(finding, 'output')
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(time)
-- One row for a rule on an event: a file that is read twice adds nothing.
ORDER BY (rule, time, audit_id, fingerprint);
