import { alertOf, type Alert } from '../../src/sinks/alert.ts';

/** An alert as a line, with members of its own. */
export function alertLine(
  rest: { rule?: string; user?: string; output?: string; auditID?: string; severity?: string } = {},
): string {
  const { rule = 'Attach/Exec Pod', user = 'alice', auditID = 'id-1', severity = 'high' } = rest;
  const { output = `10:00:00.123456000: Notice Exec (user=${user})` } = rest;
  const own = {
    auditID,
    stage: 'ResponseComplete',
    file: '/audit/lab',
    line: 3,
    cluster: 'lab',
    fingerprint: 'f00d',
    policies: ['K8s Notable Events'],
    severity,
  };
  const fields = `{"evt.time":1772704800123456789,"ka.user.name":${JSON.stringify(user)},"ka.target.namespace":"shop","ka.target.name":null}`;
  return (
    `{"output":${JSON.stringify(output)},"output_fields":${fields},"priority":"Notice","rule":${JSON.stringify(rule)},"source":"k8s_audit",` +
    `"tags":["k8s","T1609"],"time":"2026-03-05T10:00:00.123456789Z","k8s_audit":${JSON.stringify(own)}}`
  );
}

export function alert(rest: Parameters<typeof alertLine>[0] = {}, held = 0): Alert {
  return alertOf(alertLine(rest), held);
}
