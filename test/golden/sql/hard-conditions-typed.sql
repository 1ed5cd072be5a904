-- Rules of k8s-audit 1 for ClickHouse: 81, of which 61 are exact.
-- A condition is never false where its rule fires. Lines that are no plain event always pass.
-- For scans without --ip-list: rules on lists of addresses are taken for never true.

SET max_query_size = 4194304;
SET max_ast_elements = 500000;

CREATE OR REPLACE VIEW k8s_audit_rules AS
SELECT * FROM values('rule String, exact Bool',
  ('Hard 01', 1),
  ('Hard 02', 1),
  ('Hard 03', 1),
  ('Hard 04', 1),
  ('Hard 05', 1),
  ('Hard 06', 1),
  ('Hard 07 \x27 \x5c ; -- */ \x0a \xc3\xa9', 1),
  ('Hard 08', 1),
  ('Hard 09', 1),
  ('Hard 10', 1),
  ('Hard 11', 1),
  ('Hard 12', 1),
  ('Hard 13', 1),
  ('Hard 14', 1),
  ('Hard 15', 1),
  ('Hard 16', 1),
  ('Hard 17', 1),
  ('Hard 18', 1),
  ('Hard 19', 1),
  ('Hard 20', 1),
  ('Hard 21', 1),
  ('Hard 22', 1),
  ('Hard 23', 1),
  ('Hard 24', 1),
  ('Hard 25', 1),
  ('Hard 26', 0),
  ('Hard 27', 0),
  ('Hard 28', 1),
  ('Hard 29', 1),
  ('Hard 30', 1),
  ('Hard 31', 0),
  ('Hard 32', 0),
  ('Hard 33', 0),
  ('Hard 34', 1),
  ('Hard 35', 0),
  ('Hard 36', 1),
  ('Hard 37', 1),
  ('Hard 38', 1),
  ('Hard 39', 0),
  ('Hard 40', 1),
  ('Hard 41', 1),
  ('Hard 42', 1),
  ('Hard 43', 1),
  ('Hard 44', 1),
  ('Hard 45', 0),
  ('Hard 46', 0),
  ('Hard 47', 1),
  ('Hard 48', 1),
  ('Hard 49', 1),
  ('Hard 50', 1),
  ('Hard 51', 1),
  ('Hard 52', 1),
  ('Hard 53', 1),
  ('Hard 54', 1),
  ('Hard 55', 1),
  ('Hard 56', 1),
  ('Hard 57', 1),
  ('Hard 58', 1),
  ('Hard 59', 1),
  ('Hard 60', 1),
  ('Hard 61', 1),
  ('Hard 62', 1),
  ('Hard 63', 1),
  ('Hard 64', 1),
  ('Hard 65', 0),
  ('Hard 66', 1),
  ('Hard 67', 1),
  ('Hard 68', 1),
  ('Hard 69', 1),
  ('Hard 70', 1),
  ('Hard 71', 0),
  ('Hard 72', 0),
  ('Hard 73', 0),
  ('Hard 74', 0),
  ('Hard 75', 0),
  ('Hard 76', 0),
  ('Hard 77', 0),
  ('Hard 78', 0),
  ('Hard 79', 0),
  ('Hard 80', 0),
  ('Hard 81', 1)
);

CREATE OR REPLACE VIEW k8s_audit_matches AS
SELECT line, regular, plain, arrayFilter(rule -> rule != '', [
  -- exact: Hard 01
  if(ifNull((NOT c1), 1), 'Hard 01', ''),
  -- exact: Hard 02
  if(ifNull((NOT user_name = 'alice@example.com'), 1), 'Hard 02', ''),
  -- exact: Hard 03
  if(ifNull(c3, 1), 'Hard 03', ''),
  -- exact: Hard 04
  if(ifNull((NOT c3), 1), 'Hard 04', ''),
  -- exact: Hard 05
  if(ifNull(least(verb != '', verb IN ('create', '', 'patch')), 1), 'Hard 05', ''),
  -- exact: Hard 06
  if(ifNull(1, 1), 'Hard 06', ''),
  -- exact: Hard 07 ' \ ; -- */   é
  if(ifNull((notEmpty(user_groups) AND hasAll(['system:authenticated', 'developers'], user_groups)), 1), 'Hard 07 \x27 \x5c ; -- */ \x0a \xc3\xa9', ''),
  -- exact: Hard 08
  if(ifNull((NOT hasAny(user_groups, ['system:masters'])), 1), 'Hard 08', ''),
  -- exact: Hard 09
  if(ifNull(notEmpty(arraySlice(source_ips, 2, 1)), 1), 'Hard 09', ''),
  -- exact: Hard 10
  if(ifNull((NOT (notEmpty(arraySlice(source_ips, 1, 1)) AND hasAll(['10.0.1.64'], arraySlice(source_ips, 1, 1)))), 1), 'Hard 10', ''),
  -- exact: Hard 11
  if(ifNull(least(c4, response_code >= '300'), 1), 'Hard 11', ''),
  -- exact: Hard 12
  if(ifNull(least(c4, response_code < '30'), 1), 'Hard 12', ''),
  -- exact: Hard 13
  if(ifNull((NOT startsWith(response_code, '2')), 1), 'Hard 13', ''),
  -- exact: Hard 14
  if(ifNull(response_code = '200.0', 1), 'Hard 14', ''),
  -- exact: Hard 15
  if(ifNull(c5, 1), 'Hard 15', ''),
  -- exact: Hard 16
  if(ifNull((NOT c5), 1), 'Hard 16', ''),
  -- exact: Hard 17
  if(ifNull(least(arrayExists(parameter -> parameter.1 = 'dryRun', parameters), (NOT startsWith(arrayFilter(parameter -> parameter.1 = 'dryRun', parameters).2[1], 'A'))), 1), 'Hard 17', ''),
  -- exact: Hard 18
  if(ifNull(least(arrayExists(parameter -> parameter.1 = 'limit', parameters), arrayFilter(parameter -> parameter.1 = 'limit', parameters).2[1] > '100'), 1), 'Hard 18', ''),
  -- exact: Hard 19
  if(ifNull(least(notEmpty(arrayFilter(parameter -> parameter.1 = 'command', parameters).2), (NOT position(arrayStringConcat(arrayFilter(parameter -> parameter.1 = 'command', parameters).2, ' '), 'sh') > 0)), 1), 'Hard 19', ''),
  -- exact: Hard 20
  if(ifNull(hasAny(arrayFilter(parameter -> parameter.1 = 'command', parameters).2, ['id', 'sh']), 1), 'Hard 20', ''),
  -- exact: Hard 21
  if(ifNull(greatest((NOT least(plain, c6, c7)), least(c8, c9)), 1), 'Hard 21', ''),
  -- exact: Hard 22
  if(ifNull((NOT least(c8, c9, plain, c6, c7)), 1), 'Hard 22', ''),
  -- exact: Hard 23
  if(ifNull(greatest(c10, least(notEmpty(request_object), startsWith(if(startsWith(request_object, '"'), JSONExtractString(request_object), request_object), '['))), 1), 'Hard 23', ''),
  -- exact: Hard 24
  if(ifNull(greatest((NOT least(plain, c11)), notEmpty(JSONExtractRaw(request_object, 'spec'))), 1), 'Hard 24', ''),
  -- exact: Hard 25
  if(ifNull((NOT if(greatest((NOT plain), hasAny(found, [1, 2, 3, 4])), greatest(least(notEmpty(JSONExtractRaw(request_object, 'spec', 'type')), if(startsWith(JSONExtractRaw(request_object, 'spec', 'type'), '"'), JSONExtractString(JSONExtractRaw(request_object, 'spec', 'type')), JSONExtractRaw(request_object, 'spec', 'type')) = 'NodePort', plain, countEqual(JSONExtractKeys(request_object), 'spec') <= 1, countEqual(JSONExtractKeys(request_object, 'spec'), 'type') <= 1), least(notEmpty(JSONExtractRaw(request_object, 'spec', 'type')), if(startsWith(JSONExtractRaw(request_object, 'spec', 'type'), '"'), JSONExtractString(JSONExtractRaw(request_object, 'spec', 'type')), JSONExtractRaw(request_object, 'spec', 'type')) = 'ClusterIP', plain, countEqual(JSONExtractKeys(request_object), 'spec') <= 1, countEqual(JSONExtractKeys(request_object, 'spec'), 'type') <= 1)), 0)), 1), 'Hard 25', ''),
  -- Hard 26
  if(ifNull(if(greatest((NOT plain), hasAny(found, [5, 6])), greatest((NOT least(plain, countEqual(JSONExtractKeys(request_object), 'spec') <= 1, countEqual(JSONExtractKeys(request_object, 'spec'), 'replicas') <= 1)), least(notEmpty(JSONExtractRaw(request_object, 'spec', 'replicas')), (match(JSONExtractRaw(request_object, 'spec', 'replicas'), '^[-0-9[{]') OR if(startsWith(JSONExtractRaw(request_object, 'spec', 'replicas'), '"'), JSONExtractString(JSONExtractRaw(request_object, 'spec', 'replicas')), JSONExtractRaw(request_object, 'spec', 'replicas')) = '3'))), 0), 1), 'Hard 26', ''),
  -- Hard 27
  if(ifNull((NOT if(greatest((NOT plain), hasAny(found, [5, 6])), least(notEmpty(JSONExtractRaw(request_object, 'spec', 'replicas')), (NOT match(JSONExtractRaw(request_object, 'spec', 'replicas'), '^[-0-9[{]') AND if(startsWith(JSONExtractRaw(request_object, 'spec', 'replicas'), '"'), JSONExtractString(JSONExtractRaw(request_object, 'spec', 'replicas')), JSONExtractRaw(request_object, 'spec', 'replicas')) = '3'), plain, countEqual(JSONExtractKeys(request_object), 'spec') <= 1, countEqual(JSONExtractKeys(request_object, 'spec'), 'replicas') <= 1), 0)), 1), 'Hard 27', ''),
  -- exact: Hard 28
  if(ifNull(if(greatest((NOT plain), has(found, 7)), greatest((NOT least(plain, countEqual(JSONExtractKeys(request_object), 'metadata') <= 1, countEqual(JSONExtractKeys(request_object, 'metadata'), 'labels') <= 1)), least(notEmpty(JSONExtractRaw(request_object, 'metadata', 'labels')), position(if(startsWith(JSONExtractRaw(request_object, 'metadata', 'labels'), '"'), JSONExtractString(JSONExtractRaw(request_object, 'metadata', 'labels')), JSONExtractRaw(request_object, 'metadata', 'labels')), 'app') > 0)), 0), 1), 'Hard 28', ''),
  -- exact: Hard 29
  if(ifNull((NOT if(greatest((NOT plain), has(found, 7)), least(notEmpty(JSONExtractRaw(request_object, 'metadata', 'labels')), position(if(startsWith(JSONExtractRaw(request_object, 'metadata', 'labels'), '"'), JSONExtractString(JSONExtractRaw(request_object, 'metadata', 'labels')), JSONExtractRaw(request_object, 'metadata', 'labels')), 'app') > 0, plain, countEqual(JSONExtractKeys(request_object), 'metadata') <= 1, countEqual(JSONExtractKeys(request_object, 'metadata'), 'labels') <= 1), 0)), 1), 'Hard 29', ''),
  -- exact: Hard 30
  if(ifNull(greatest((NOT least(plain, c11, countEqual(JSONExtractKeys(request_object, 'spec'), 'containers') <= 1, JSONType(request_object, 'spec', 'containers') != 'Object', countEqual(JSONExtractKeys(request_object, 'spec', 'containers', 1), 'name') <= 1)), notEmpty(JSONExtractRaw(request_object, 'spec', 'containers', 1, 'name'))), 1), 'Hard 30', ''),
  -- Hard 31
  if(ifNull(greatest(c10, hasAny(found, [8, 9])), 1), 'Hard 31', ''),
  -- Hard 32
  if(ifNull(1, 1), 'Hard 32', ''),
  -- Hard 33
  if(ifNull(1, 1), 'Hard 33', ''),
  -- exact: Hard 34
  if(ifNull(greatest(if(greatest((NOT plain), hasAny(found, [11, 12])), greatest((NOT least(plain, countEqual(JSONExtractKeys(request_object), 'spec') <= 1, countEqual(JSONExtractKeys(request_object, 'spec'), 'hostNetwork') <= 1)), least(notEmpty(JSONExtractRaw(request_object, 'spec', 'hostNetwork')), if(startsWith(JSONExtractRaw(request_object, 'spec', 'hostNetwork'), '"'), JSONExtractString(JSONExtractRaw(request_object, 'spec', 'hostNetwork')), JSONExtractRaw(request_object, 'spec', 'hostNetwork')) = 'true')), 0), if(greatest((NOT plain), hasAny(found, [13, 14])), greatest((NOT least(plain, countEqual(JSONExtractKeys(request_object), 'spec') <= 1, countEqual(JSONExtractKeys(request_object, 'spec'), 'hostPID') <= 1)), least(notEmpty(JSONExtractRaw(request_object, 'spec', 'hostPID')), if(startsWith(JSONExtractRaw(request_object, 'spec', 'hostPID'), '"'), JSONExtractString(JSONExtractRaw(request_object, 'spec', 'hostPID')), JSONExtractRaw(request_object, 'spec', 'hostPID')) = 'true')), 0)), 1), 'Hard 34', ''),
  -- Hard 35
  if(ifNull((NOT if(greatest((NOT plain), hasAny(found, [11, 12])), least(notEmpty(JSONExtractRaw(request_object, 'spec', 'hostNetwork')), if(startsWith(JSONExtractRaw(request_object, 'spec', 'hostNetwork'), '"'), JSONExtractString(JSONExtractRaw(request_object, 'spec', 'hostNetwork')), JSONExtractRaw(request_object, 'spec', 'hostNetwork')) = 'true', plain, countEqual(JSONExtractKeys(request_object), 'spec') <= 1, countEqual(JSONExtractKeys(request_object, 'spec'), 'hostNetwork') <= 1), 0)), 1), 'Hard 35', ''),
  -- exact: Hard 36
  if(ifNull(greatest(c10, least(c12, c13)), 1), 'Hard 36', ''),
  -- exact: Hard 37
  if(ifNull((NOT least(c12, c13, plain)), 1), 'Hard 37', ''),
  -- exact: Hard 38
  if(ifNull(greatest(c10, least(c12, position(if(startsWith(user_extra, '"'), JSONExtractString(user_extra), user_extra), '":["') > 0)), 1), 'Hard 38', ''),
  -- Hard 39
  if(ifNull(greatest(c10, has(found, 17)), 1), 'Hard 39', ''),
  -- exact: Hard 40
  if(ifNull(least(c14, annotations['authorization.k8s.io/reason'] = ''), 1), 'Hard 40', ''),
  -- exact: Hard 41
  if(ifNull((NOT c14), 1), 'Hard 41', ''),
  -- exact: Hard 42
  if(ifNull(position(annotations['authorization.k8s.io/reason'], 'ClusterRole "system:node"') > 0, 1), 'Hard 42', ''),
  -- exact: Hard 43
  if(ifNull(position(lower(user_agent), 'kubectl') > 0, 1), 'Hard 43', ''),
  -- exact: Hard 44
  if(ifNull((NOT least(c15, match(lower(user_agent), '(?s)\x5cA(?:.*kube.*)\x5cz'))), 1), 'Hard 44', ''),
  -- Hard 45
  if(ifNull((position(user_agent, 'k') > 0 AND position(user_agent, 'be') > 0), 1), 'Hard 45', ''),
  -- Hard 46
  if(ifNull((position(user_agent, 'kube') > 0), 1), 'Hard 46', ''),
  -- exact: Hard 47
  if(ifNull(least(c15, match(user_agent, '(?s)\x5cA(?:kube.*\x5cx28linux\x5cx2f.*)\x5cz')), 1), 'Hard 47', ''),
  -- exact: Hard 48
  if(ifNull((NOT least(c15, match(user_agent, '(?m-s)\x5cA(?:kubectl/v[0-9.]+ .*)\x5cz'))), 1), 'Hard 48', ''),
  -- exact: Hard 49
  if(ifNull(least(c16, match(uri, '(?m-s)\x5cA(?:/api/v1/(pods|secrets)(/.*)?)\x5cz')), 1), 'Hard 49', ''),
  -- exact: Hard 50
  if(ifNull(least(c16, match(uri, '(?m-s)\x5cA(?:^/api.*$)\x5cz')), 1), 'Hard 50', ''),
  -- exact: Hard 51
  if(ifNull(greatest(least(c16, match(uri, '\x5cA/*api/+v1(?:/|\x5cz)')), least(c16, match(uri, '\x5cA/*apis/+apps(?:/|\x5cz)'))), 1), 'Hard 51', ''),
  -- exact: Hard 52
  if(ifNull((NOT least(c16, match(uri, '\x5cA/*api/+v1/+namespaces(?:/|\x5cz)'))), 1), 'Hard 52', ''),
  -- exact: Hard 53
  if(ifNull(endsWith(uri, '\x27; DROP TABLE k8s_audit_lines; --'), 1), 'Hard 53', ''),
  -- exact: Hard 54
  if(ifNull(user_name = '\x5c\x27 OR 1 = 1 --', 1), 'Hard 54', ''),
  -- exact: Hard 55
  if(ifNull((NOT position(user_name, '\x27') > 0), 1), 'Hard 55', ''),
  -- exact: Hard 56
  if(ifNull(greatest(least(c17, match(user_name, '(?s)\x5cA(?:.*\xc3\xa9.*)\x5cz')), position(user_agent, '<agent>') > 0), 1), 'Hard 56', ''),
  -- exact: Hard 57
  if(ifNull(lower(verb) = 'create', 1), 'Hard 57', ''),
  -- exact: Hard 58
  if(ifNull(hasAny(arrayMap(text -> upper(text), user_groups), ['SYSTEM:AUTHENTICATED']), 1), 'Hard 58', ''),
  -- exact: Hard 59
  if(ifNull(least(c17, length(user_name) > toUInt64(12)), 1), 'Hard 59', ''),
  -- exact: Hard 60
  if(ifNull(least(notEmpty(user_groups), length(user_groups) = toUInt64(2)), 1), 'Hard 60', ''),
  -- exact: Hard 61
  if(ifNull((NOT least(c2, length(object_name) >= toUInt64(4))), 1), 'Hard 61', ''),
  -- exact: Hard 62
  if(ifNull(arrayElement(splitByChar('/', toString(uri)), -1) = 'pods', 1), 'Hard 62', ''),
  -- exact: Hard 63
  if(ifNull(least(c18, c2, startsWith(concat(namespace, '/', object_name), 'kube-system/')), 1), 'Hard 63', ''),
  -- exact: Hard 64
  if(ifNull(position(arrayStringConcat(user_groups, ','), 'developers,system') > 0, 1), 'Hard 64', ''),
  -- Hard 65
  if(ifNull(1, 1), 'Hard 65', ''),
  -- exact: Hard 66
  if(ifNull(greatest(least(c17, impersonated_user != '', toString(user_name) = toString(impersonated_user)), least(c2, c19, startsWith(toString(object_name), toString(resource)))), 1), 'Hard 66', ''),
  -- exact: Hard 67
  if(ifNull((NOT least(c19, c1, toString(resource) = toString(subresource))), 1), 'Hard 67', ''),
  -- exact: Hard 68
  if(ifNull(least(verb = 'list', (NOT c20)), 1), 'Hard 68', ''),
  -- exact: Hard 69
  if(ifNull(greatest(c21, c18), 1), 'Hard 69', ''),
  -- exact: Hard 70
  if(ifNull((NOT least(c21, startsWith(namespace, 'kube-'))), 1), 'Hard 70', ''),
  -- Hard 71
  if(ifNull(greatest(c10, has(found, 10)), 1), 'Hard 71', ''),
  -- Hard 72
  if(ifNull(1, 1), 'Hard 72', ''),
  -- Hard 73
  if(ifNull(1, 1), 'Hard 73', ''),
  -- Hard 74
  if(ifNull((notEmpty(source_ips) AND NOT match(source_ips[-1], '^(?:10\x5c.|127\x5c.|192\x5c.168\x5c.|169\x5c.254\x5c.|172\x5c.(?:1[6-9]|2[0-9]|3[01])\x5c.|100\x5c.(?:6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\x5c.|[fF][cCdD][0-9a-fA-F]{2}:|[fF][eE][89abAB][0-9a-fA-F]:|::1$)')), 1), 'Hard 74', ''),
  -- Hard 75
  if(ifNull(1, 1), 'Hard 75', ''),
  -- Hard 76
  if(ifNull(1, 1), 'Hard 76', ''),
  -- Hard 77
  if(ifNull((position(uri, 'proxy') > 0 OR position(uri, '%') > 0), 1), 'Hard 77', ''),
  -- Hard 78
  if(ifNull(1, 1), 'Hard 78', ''),
  -- Hard 79
  if(ifNull(1, 1), 'Hard 79', ''),
  -- Hard 80
  if(ifNull(1, 1), 'Hard 80', ''),
  -- exact: Hard 81
  if(ifNull(least(c20, (NOT c18)), 1), 'Hard 81', '')
]) AS rules
FROM (
SELECT *,
  least(c2, object_name != 'x') AS c3
FROM (
SELECT *,
  subresource != '' AS c1,
  object_name != '' AS c2,
  response_code != '' AS c4,
  arrayFilter(parameter -> parameter.1 = 'dryRun', parameters).2[1] = 'All' AS c5,
  countEqual(JSONExtractKeys(request_object), 'dryRun') <= 1 AS c6,
  JSONType(request_object, 'dryRun') != 'Object' AS c7,
  notEmpty(JSONExtractRaw(request_object, 'dryRun', 1)) AS c8,
  if(startsWith(JSONExtractRaw(request_object, 'dryRun', 1), '"'), JSONExtractString(JSONExtractRaw(request_object, 'dryRun', 1)), JSONExtractRaw(request_object, 'dryRun', 1)) = 'All' AS c9,
  (NOT plain) AS c10,
  countEqual(JSONExtractKeys(request_object), 'spec') <= 1 AS c11,
  notEmpty(user_extra) AS c12,
  position(if(startsWith(user_extra, '"'), JSONExtractString(user_extra), user_extra), 'authentication.kubernetes.io/pod-name') > 0 AS c13,
  mapContains(annotations, 'authorization.k8s.io/reason') AS c14,
  user_agent != '' AS c15,
  uri != '' AS c16,
  user_name != '' AS c17,
  namespace != '' AS c18,
  resource != '' AS c19,
  verb = 'get' AS c20,
  startsWith(namespace, 'kube') AS c21
FROM (SELECT *, request_object, response_object, multiMatchAllIndices(line, ['\x5cx22type\x5cx22\x5cx3aNodePort', '\x5cx22type\x5cx22\x5cx3a\x5cx22NodePort', '\x5cx22type\x5cx22\x5cx3aClusterIP', '\x5cx22type\x5cx22\x5cx3a\x5cx22ClusterIP', '\x5cx22replicas\x5cx22\x5cx3a3', '\x5cx22replicas\x5cx22\x5cx3a\x5cx223', 'app', '\x5cx22privileged\x5cx22\x5cx3atrue', '\x5cx22privileged\x5cx22\x5cx3a\x5cx22true', 'nginx', '\x5cx22hostNetwork\x5cx22\x5cx3atrue', '\x5cx22hostNetwork\x5cx22\x5cx3a\x5cx22true', '\x5cx22hostPID\x5cx22\x5cx3atrue', '\x5cx22hostPID\x5cx22\x5cx3a\x5cx22true', '\x5cx22hostPath\x5cx22\x5cx3a', '\x5cx22hostDisk\x5cx22\x5cx3a', 'forbid']) AS found FROM k8s_audit_events)));

CREATE OR REPLACE VIEW k8s_audit_candidates AS
SELECT line, time FROM (
SELECT *,
  least(c2, object_name != 'x') AS c3
FROM (
SELECT *,
  subresource != '' AS c1,
  object_name != '' AS c2,
  response_code != '' AS c4,
  arrayFilter(parameter -> parameter.1 = 'dryRun', parameters).2[1] = 'All' AS c5,
  countEqual(JSONExtractKeys(request_object), 'dryRun') <= 1 AS c6,
  JSONType(request_object, 'dryRun') != 'Object' AS c7,
  notEmpty(JSONExtractRaw(request_object, 'dryRun', 1)) AS c8,
  if(startsWith(JSONExtractRaw(request_object, 'dryRun', 1), '"'), JSONExtractString(JSONExtractRaw(request_object, 'dryRun', 1)), JSONExtractRaw(request_object, 'dryRun', 1)) = 'All' AS c9,
  (NOT plain) AS c10,
  countEqual(JSONExtractKeys(request_object), 'spec') <= 1 AS c11,
  notEmpty(user_extra) AS c12,
  position(if(startsWith(user_extra, '"'), JSONExtractString(user_extra), user_extra), 'authentication.kubernetes.io/pod-name') > 0 AS c13,
  mapContains(annotations, 'authorization.k8s.io/reason') AS c14,
  user_agent != '' AS c15,
  uri != '' AS c16,
  user_name != '' AS c17,
  namespace != '' AS c18,
  resource != '' AS c19,
  verb = 'get' AS c20,
  startsWith(namespace, 'kube') AS c21
FROM (SELECT *, request_object, response_object, multiMatchAllIndices(line, ['\x5cx22type\x5cx22\x5cx3aNodePort', '\x5cx22type\x5cx22\x5cx3a\x5cx22NodePort', '\x5cx22type\x5cx22\x5cx3aClusterIP', '\x5cx22type\x5cx22\x5cx3a\x5cx22ClusterIP', '\x5cx22replicas\x5cx22\x5cx3a3', '\x5cx22replicas\x5cx22\x5cx3a\x5cx223', 'app', '\x5cx22privileged\x5cx22\x5cx3atrue', '\x5cx22privileged\x5cx22\x5cx3a\x5cx22true', 'nginx', '\x5cx22hostNetwork\x5cx22\x5cx3atrue', '\x5cx22hostNetwork\x5cx22\x5cx3a\x5cx22true', '\x5cx22hostPID\x5cx22\x5cx3atrue', '\x5cx22hostPID\x5cx22\x5cx3a\x5cx22true', '\x5cx22hostPath\x5cx22\x5cx3a', '\x5cx22hostDisk\x5cx22\x5cx3a', 'forbid']) AS found FROM k8s_audit_events)))
WHERE ifNull(1, 1);
