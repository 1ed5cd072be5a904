CREATE TABLE IF NOT EXISTS k8s_audit_lines (
  line String CODEC(ZSTD(3))
)
ENGINE = MergeTree ORDER BY tuple();

CREATE TABLE IF NOT EXISTS k8s_audit_events (
  line String CODEC(ZSTD(3)),
  event Map(String, String) EPHEMERAL CAST(JSONExtractKeysAndValuesRaw(line), 'Map(String, String)'),
  user Map(String, String) EPHEMERAL CAST(JSONExtractKeysAndValuesRaw(event['user']), 'Map(String, String)'),
  impersonated Map(String, String) EPHEMERAL CAST(JSONExtractKeysAndValuesRaw(event['impersonatedUser']), 'Map(String, String)'),
  target Map(String, String) EPHEMERAL CAST(JSONExtractKeysAndValuesRaw(event['objectRef']), 'Map(String, String)'),
  status Map(String, String) EPHEMERAL CAST(JSONExtractKeysAndValuesRaw(event['responseStatus']), 'Map(String, String)'),
  notes Map(String, String) EPHEMERAL CAST(JSONExtractKeysAndValuesRaw(event['annotations']), 'Map(String, String)'),
  extra Map(String, String) EPHEMERAL CAST(JSONExtractKeysAndValuesRaw(user['extra']), 'Map(String, String)'),
  audit_id String DEFAULT if(startsWith(event['auditID'], '"'), JSONExtractString(event['auditID']), '') COMMENT 'ID of the request',
  level LowCardinality(String) DEFAULT if(startsWith(event['level'], '"'), JSONExtractString(event['level']), '') COMMENT 'how much was logged of the request',
  stage LowCardinality(String) DEFAULT if(startsWith(event['stage'], '"'), JSONExtractString(event['stage']), '') COMMENT 'stage of the request',
  verb LowCardinality(String) DEFAULT if(startsWith(event['verb'], '"'), JSONExtractString(event['verb']), '') COMMENT 'what was done',
  uri String DEFAULT if(startsWith(event['requestURI'], '"'), JSONExtractString(event['requestURI']), '') COMMENT 'request URI',
  user_agent LowCardinality(String) DEFAULT if(startsWith(event['userAgent'], '"'), JSONExtractString(event['userAgent']), '') COMMENT 'client program',
  received String DEFAULT if(startsWith(event['requestReceivedTimestamp'], '"'), JSONExtractString(event['requestReceivedTimestamp']), '') COMMENT 'when the request came, as text',
  staged String DEFAULT if(startsWith(event['stageTimestamp'], '"'), JSONExtractString(event['stageTimestamp']), '') COMMENT 'when the stage was reached, as text',
  user_name LowCardinality(String) DEFAULT if(startsWith(user['username'], '"'), JSONExtractString(user['username']), '') COMMENT 'who made the request',
  user_uid String DEFAULT if(startsWith(user['uid'], '"'), JSONExtractString(user['uid']), '') COMMENT 'UID of the user',
  impersonated_user LowCardinality(String) DEFAULT if(startsWith(impersonated['username'], '"'), JSONExtractString(impersonated['username']), '') COMMENT 'acted as this user',
  resource LowCardinality(String) DEFAULT if(startsWith(target['resource'], '"'), JSONExtractString(target['resource']), '') COMMENT 'kind of object, in the plural',
  subresource LowCardinality(String) DEFAULT if(startsWith(target['subresource'], '"'), JSONExtractString(target['subresource']), '') COMMENT 'part of it, such as exec',
  namespace LowCardinality(String) DEFAULT if(startsWith(target['namespace'], '"'), JSONExtractString(target['namespace']), '') COMMENT 'namespace of the object',
  object_name String DEFAULT if(startsWith(target['name'], '"'), JSONExtractString(target['name']), '') COMMENT 'name of the object',
  api_group LowCardinality(String) DEFAULT if(startsWith(target['apiGroup'], '"'), JSONExtractString(target['apiGroup']), '') COMMENT 'API group of the object',
  api_version LowCardinality(String) DEFAULT if(startsWith(target['apiVersion'], '"'), JSONExtractString(target['apiVersion']), '') COMMENT 'API version of the object',
  response_status LowCardinality(String) DEFAULT if(startsWith(status['status'], '"'), JSONExtractString(status['status']), '') COMMENT 'Failure or empty',
  response_reason LowCardinality(String) DEFAULT if(startsWith(status['reason'], '"'), JSONExtractString(status['reason']), '') COMMENT 'why it failed, in one word',
  response_message String DEFAULT if(startsWith(status['message'], '"'), JSONExtractString(status['message']), '') COMMENT 'why it failed, for people',
  response_code LowCardinality(String) DEFAULT status['code'] COMMENT 'HTTP status of the response, as text',
  user_groups Array(String) DEFAULT JSONExtract(user['groups'], 'Array(String)') COMMENT 'groups of the user',
  source_ips Array(String) DEFAULT JSONExtract(event['sourceIPs'], 'Array(String)') COMMENT 'addresses of the client and of proxies between',
  user_extra String DEFAULT user['extra'] COMMENT 'further facts about the user, as JSON',
  annotations Map(String, String) DEFAULT mapApply((key, value) -> (key, if(startsWith(value, '"'), JSONExtractString(value), '')), notes) COMMENT 'annotations of the event',
  parameters Array(Tuple(String, String)) DEFAULT arrayMap(part -> (decodeURLFormComponent(left(part, toUInt64(if(position(part, '=') = 0, length(part) + 1, position(part, '='))) - 1)), decodeURLFormComponent(substring(part, toUInt64(if(position(part, '=') = 0, length(part) + 1, position(part, '='))) + 1))), arrayFilter(part -> part != '', splitByChar('&', if(position(uri, '?') = 0, '', substring(uri, position(uri, '?') + 1))))) COMMENT 'parameters of the URI, decoded, in their order',
  time DateTime64(6) DEFAULT parseDateTime64BestEffortOrZero(if(staged = '', received, staged), 6, 'UTC') COMMENT 'time of the event',
  request_object String ALIAS JSONExtractRaw(line, 'requestObject') COMMENT 'body of the request, as JSON',
  response_object String ALIAS JSONExtractRaw(line, 'responseObject') COMMENT 'body of the response, as JSON',
  plain Bool DEFAULT NOT match(line, '\x5c\x5c(?:/|u00(?:2[0-57-9a-fA-F]|3[0-9abdfABDF]|[4-7]))|":\x5cs|"\x5cs+:') COMMENT 'no escape and no blank hides a text from a search in the line',
  regular Bool DEFAULT event['kind'] = '"Event"' AND event['apiVersion'] = '"audit.k8s.io/v1"' AND startsWith(event['user'], '{') AND arrayAll(raw -> raw = '' OR startsWith(raw, '{'), [event['impersonatedUser'], event['objectRef'], event['responseStatus'], event['annotations']]) AND arrayAll(raw -> raw = '' OR startsWith(raw, '['), [event['sourceIPs'], user['groups']]) AND NOT startsWith(event['requestObject'], '"') AND NOT startsWith(event['responseObject'], '"') AND arrayAll(raw -> raw = '' OR startsWith(raw, '"'), [event['auditID'], event['level'], event['stage'], event['verb'], event['requestURI'], event['userAgent'], event['requestReceivedTimestamp'], event['stageTimestamp'], user['username'], user['uid'], impersonated['username'], target['resource'], target['subresource'], target['namespace'], target['name'], target['apiGroup'], target['apiVersion'], status['status'], status['reason'], status['message']]) AND NOT has([event['auditID'], event['level'], event['stage'], event['verb'], event['requestURI'], event['userAgent'], event['requestReceivedTimestamp'], event['stageTimestamp'], user['username'], user['uid'], impersonated['username'], target['resource'], target['subresource'], target['namespace'], target['name'], target['apiGroup'], target['apiVersion'], status['status'], status['reason'], status['message']], '""') AND length(event) = length(arrayDistinct(mapKeys(event))) AND length(user) = length(arrayDistinct(mapKeys(user))) AND length(impersonated) = length(arrayDistinct(mapKeys(impersonated))) AND length(target) = length(arrayDistinct(mapKeys(target))) AND length(status) = length(arrayDistinct(mapKeys(status))) AND length(notes) = length(arrayDistinct(mapKeys(notes))) AND arrayAll(raw -> startsWith(raw, '"'), JSONExtractArrayRaw(event['sourceIPs'])) AND arrayAll(raw -> startsWith(raw, '"'), JSONExtractArrayRaw(user['groups'])) AND arrayAll(value -> startsWith(value, '"'), mapValues(notes)) AND (empty(notes) OR mapContains(notes, 'authorization.k8s.io/decision')) AND arrayAll(raw -> raw = '' OR startsWith(raw, '{'), [user['extra']]) AND arrayAll(list -> startsWith(list, '[') AND arrayAll(raw -> startsWith(raw, '"'), JSONExtractArrayRaw(list)), mapValues(extra)) AND (status['code'] = '' OR (match(status['code'], '^[1-9][0-9]{0,3}$') AND JSONType(line, 'responseStatus', 'code') = 'Int64')) AND position(line, '\x5cu0000') = 0 AND (uri = '' OR (NOT match(uri, '^(?:[^/]|//)|[#;\x5cx00-\x5cx1f\x5cx7f]|%(?:[^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)|%00') AND isValidUTF8(decodeURLFormComponent(uri)))) COMMENT 'one event as an API server writes it: the columns tell what rules read'
)
ENGINE = MergeTree PARTITION BY toDate(time) ORDER BY (verb, resource, time);
