import { ecsRequest } from '../../outputs/encode/ecs-document.ts';
import type { Encodable } from '../../outputs/encode/json-encode.ts';
import { ocsfApi, ocsfMetadata, ocsfResource, ocsfTime } from '../../outputs/encode/ocsf-parts.ts';
import type { DocumentStyle, Documents } from '../../outputs/table/record-list.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import type { Request } from '../request.ts';

/** `activity_id` of an API Activity (OCSF 1.8.0, class 6003), and what it is called. */
const ACTIVITIES: ReadonlyMap<string, readonly [id: number, name: string]> = new Map([
  ['create', [1, 'Create']],
  ['get', [2, 'Read']],
  ['list', [2, 'Read']],
  ['watch', [2, 'Read']],
  ['update', [3, 'Update']],
  ['patch', [3, 'Update']],
  ['delete', [4, 'Delete']],
  ['deletecollection', [4, 'Delete']],
]);

/** `status_id` of a result. */
const STATUS: ReadonlyMap<string, readonly [id: number, name: string]> = new Map([
  ['allowed', [1, 'Success']],
  ['denied', [2, 'Failure']],
  ['failed', [2, 'Failure']],
]);

/** A request as the schemas of others have it. */
export const REQUEST_DOCUMENTS: Documents<Request> = { ocsf: apiActivity, ecs: ecsOf };

function apiActivity(request: Request, { redact, version }: DocumentStyle): Encodable {
  const { verb = 'unknown', auditId, origin, ended, code } = request;
  const shown = shownRequest(request, redact);
  const [activity, activityName] = ACTIVITIES.get(verb) ?? [99, verb];
  const [status, statusName] = STATUS.get(request.result) ?? [0, 'Unknown'];
  const { api, actor, ...from } = ocsfApi(shown, auditId);
  const start = ocsfTime(request.time);
  const end = ended === undefined ? undefined : ocsfTime(ended);
  return {
    activity_id: activity,
    activity_name: activityName,
    category_uid: 6,
    category_name: 'Application Activity',
    class_uid: 6003,
    class_name: 'API Activity',
    type_uid: 600_300 + activity,
    type_name: `API Activity: ${activityName}`,
    time: start,
    start_time: start,
    end_time: end,
    duration: end === undefined ? undefined : Math.max(0, end - start),
    severity_id: 1,
    severity: 'Informational',
    status_id: status,
    status: statusName,
    status_code: code,
    status_detail: shown.reason === '' ? undefined : shown.reason,
    metadata: ocsfMetadata({
      version,
      file: origin.file,
      auditId,
      time: formatRfc3339Nano(request.time),
    }),
    api,
    actor,
    ...from,
    resources: ocsfResource(shown),
    unmapped: {
      k8s_audit: {
        ...place(request),
        api_group: request.apiGroup,
        impersonated_user: shown.impersonatedUser,
        groups: request.groups,
        request_uri: shown.uri,
      },
    },
  };
}

function ecsOf(request: Request, { redact }: DocumentStyle): Encodable {
  const { result, ended } = request;
  const shown = shownRequest(request, redact);
  return ecsRequest({
    time: formatRfc3339Nano(request.time),
    end: ended === undefined ? undefined : formatRfc3339Nano(ended),
    result,
    auditId: request.auditId,
    stage: request.stage,
    file: request.origin.file,
    cluster: request.origin.cluster,
    node: request.origin.node,
    subject: shown,
    reason: shown.reason === '' ? undefined : shown.reason,
    groups: request.groups,
    level: request.level,
    uri: shown.uri,
    apiGroup: request.apiGroup,
    own: place(request),
  });
}

function place({ origin, level, stage }: Request): Record<string, Encodable | undefined> {
  const { file, line, cluster, node, stream } = origin;
  return { file, line, cluster, node, stream, level, stage };
}

/** The request with the credentials in its texts replaced. */
function shownRequest(request: Request, redact: (text: string) => string): Request {
  const shown = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : redact(text);
  return {
    ...request,
    user: shown(request.user),
    impersonatedUser: shown(request.impersonatedUser),
    name: shown(request.name),
    uri: shown(request.uri),
    reason: shown(request.reason),
    userAgent: shown(request.userAgent),
  };
}
