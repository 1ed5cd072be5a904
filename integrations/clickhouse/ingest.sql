-- Lines that arrive in k8s_audit_lines become rows with columns.
CREATE MATERIALIZED VIEW IF NOT EXISTS k8s_audit_ingest TO k8s_audit_events AS
SELECT line FROM k8s_audit_lines;
