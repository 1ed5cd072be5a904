/** Values of an event that the scanner finds: the path, and what the value must be. Any order works. */
export const SLOT_ROWS = [
  [['kind'], 'event'],
  [['apiVersion'], 'apiVersion'],
  [['auditID'], 'any'],
  [['stageTimestamp'], 'time'],
  [['stage'], 'any'],
  [['verb'], 'any'],
  [['level'], 'any'],
  [['requestURI'], 'any'],
  [['user'], 'object'],
  [['objectRef'], 'object'],
  [['responseStatus'], 'object'],
  [['annotations'], 'object'],
  [['impersonatedUser'], 'object'],
  [['sourceIPs'], 'any'],
  [['userAgent'], 'any'],
  [['requestObject'], 'any'],
  [['responseObject'], 'any'],
  [['requestReceivedTimestamp'], 'any'],
  // Shippers merge these three into the event; they say where it was logged.
  [['hostname'], 'any'],
  [['kubernetes'], 'any'],
  [['openshift'], 'any'],
  [['user', 'username'], 'any'],
  [['user', 'groups'], 'any'],
  [['user', 'extra'], 'any'],
  [['objectRef', 'resource'], 'any'],
  [['objectRef', 'subresource'], 'any'],
  [['objectRef', 'namespace'], 'any'],
  [['objectRef', 'name'], 'any'],
  [['objectRef', 'apiGroup'], 'any'],
  [['responseStatus', 'code'], 'any'],
  [['responseStatus', 'reason'], 'any'],
  [['annotations', 'authorization.k8s.io/decision'], 'any'],
  [['annotations', 'authorization.k8s.io/reason'], 'any'],
  // Asked of every event that may lack bodies (src/engine/blind.ts).
  [['annotations', 'audit.k8s.io/truncated'], 'any'],
  [['impersonatedUser', 'username'], 'any'],
  [['impersonatedUser', 'groups'], 'any'],
];

/** Room for annotations that rules ask for (annotation-slots.ts). */
export const EXTRA_SLOTS = 7;

/** `annotations audit.k8s.io/truncated` as `annotationsAuditK8sIoTruncated`. */
export function slotName(path) {
  const words = path.flatMap((key) => key.split(/[^a-zA-Z0-9]+/));
  return words.map((word, i) => (i === 0 ? word : word[0].toUpperCase() + word.slice(1))).join('');
}
