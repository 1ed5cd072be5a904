import type { AuditEvent } from '../../events/event.ts';
import { arrayTexts } from '../../fields/ka-scalars.ts';
import { requestResource, type Request } from '../request.ts';
import { named, raw, Subject, type Parts, type Reconstruct } from './kubectl-subject.ts';
import { BY_RESOURCE } from './kubectl-subresources.ts';
import { isSafeName } from './kubectl-words.ts';

/** A command that sends a request like one that was logged. Texts are untrusted. */
export interface KubectlCommand {
  /** Words, not quoted. */
  readonly words: readonly string[];
  /** JSON that it reads from standard input. */
  readonly stdin: string | undefined;
  /** What the log does not tell, so that the command lacks or guesses it. */
  readonly notes: readonly string[];
}

/**
 * The kubectl command that makes a request like this one; undefined where its names are none that kubectl takes, or
 * no command makes it.
 *
 * @param event the request's last event
 */
export function kubectlCommand(request: Request, event: AuditEvent): KubectlCommand | undefined {
  const { namespace, name, resource } = request;
  const names = [namespace, name, resource, request.apiGroup].filter((text) => text !== undefined);
  if (!names.every((text) => text === '' || isSafeName(text))) return undefined;
  const subject = new Subject(request, event);
  const found =
    resource === undefined
      ? raw(subject)
      : (
          own(BY_RESOURCE, requestResource(request)) ??
          own(BY_SUBRESOURCE, request.subresource ?? '') ??
          raw
        )(subject);
  if (found === undefined) return undefined;
  return {
    words: ['kubectl', ...impersonation(request, event), ...found.words],
    stdin: found.stdin,
    notes: subject.notes,
  };
}

/** Keys come from logs. */
function own(table: Readonly<Record<string, Reconstruct>>, key: string): Reconstruct | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function impersonation({ impersonatedUser }: Request, event: AuditEvent): string[] {
  if (impersonatedUser === undefined) return [];
  const groups = arrayTexts(event, ['impersonatedUser', 'groups']) ?? [];
  return [
    `--as=${impersonatedUser}`,
    // The API server adds this one by itself.
    ...groups
      .filter((group) => group !== 'system:authenticated')
      .map((each) => `--as-group=${each}`),
  ];
}

/** Requests on a resource by verb. */
const PLAIN: Readonly<Record<string, Reconstruct>> = {
  get: (s) => named(s, ['get', s.kind], ['-o', 'yaml']),
  list: (s) => ({ words: ['get', s.kind, ...everywhere(s), ...s.selectors] }),
  watch: (s) => ({
    words: ['get', s.kind, ...everywhere(s), ...s.selectors, '--watch-only'],
  }),
  create: (s) => ({ words: ['create', ...s.scope, ...s.dryRun, '-f', '-'], stdin: s.stdin() }),
  update: (s) => ({ words: ['replace', ...s.scope, ...s.dryRun, '-f', '-'], stdin: s.stdin() }),
  patch,
  delete: (s) => named(s, ['delete', s.kind], deleteOptions(s)),
  deletecollection: (s) => ({
    words: [
      'delete',
      s.kind,
      ...s.scope,
      ...(s.selectors.length > 0 ? s.selectors : ['--all']),
      ...s.dryRun,
    ],
  }),
};

function everywhere(s: Subject): string[] {
  return s.scope.length > 0 ? s.scope : ['-A'];
}

function deleteOptions(s: Subject): string[] {
  const grace = s.body('gracePeriodSeconds') ?? s.query('gracePeriodSeconds');
  const policy = s.body('propagationPolicy') ?? s.query('propagationPolicy');
  return [
    ...(grace !== undefined && /^\d{1,9}$/.test(grace) ? [`--grace-period=${grace}`] : []),
    ...(grace === '0' ? ['--force'] : []),
    ...(policy === 'Orphan' || policy === 'Foreground'
      ? [`--cascade=${policy.toLowerCase()}`]
      : []),
    ...s.dryRun,
  ];
}

/** Longest patch that stands in the command itself. */
const SHORT = 60;

/** The bodies of two commands, and of nothing else. */
const CORDONS: ReadonlyMap<string | undefined, string> = new Map([
  ['{"spec":{"unschedulable":true}}', 'cordon'],
  ['{"spec":{"unschedulable":null}}', 'uncordon'],
  ['{"spec":{"unschedulable":false}}', 'uncordon'],
]);

/** A patch: cordon, apply, or the patch itself. The log has no content type, so its kind is guessed. */
function patch(s: Subject): Parts | undefined {
  const { resource, subresource = '', apiGroup = '', name } = s.request;
  if (name === undefined) return undefined;
  const cordoned = resource === 'nodes' ? CORDONS.get(JSON.stringify(s.value())) : undefined;
  if (cordoned !== undefined) return { words: [cordoned, name] };
  const manager = s.query('fieldManager');
  const body = s.stdin();
  if (manager === 'kubectl-client-side-apply') {
    s.notes.push('apply sends the difference to what is there: the body is that difference');
  } else if (body !== undefined && s.value('apiVersion') !== undefined && manager !== undefined) {
    const force = s.has('force') ? ['--force-conflicts'] : [];
    const words = ['apply', '--server-side', `--field-manager=${manager}`, ...force];
    return { words: [...words, ...s.scope, ...s.dryRun, '-f', '-'], stdin: body };
  }
  const isBuiltIn = !apiGroup.includes('.') || apiGroup.endsWith('.k8s.io');
  const type = Array.isArray(s.value()) ? 'json' : isBuiltIn ? 'strategic' : 'merge';
  s.notes.push(`the kind of patch is not logged: ${type} is likely`);
  const part = subresource === '' ? [] : [`--subresource=${subresource}`];
  const isShort = body !== undefined && body.length <= SHORT;
  const given = isShort ? [`--patch=${body}`] : ['--patch-file=/dev/stdin'];
  return {
    stdin: isShort ? undefined : body,
    words: [
      'patch',
      s.kind,
      ...s.scope,
      name,
      ...part,
      `--type=${type}`,
      ...s.dryRun,
      ...(body === undefined ? [] : given),
    ],
  };
}

const BY_SUBRESOURCE: Readonly<Record<string, Reconstruct>> = {
  '': (s) => own(PLAIN, s.request.verb ?? '')?.(s),
  status: (s) => (s.request.verb === 'patch' ? patch(s) : raw(s)),
  scale(s) {
    const { verb, name, resource } = s.request;
    if (verb === 'get') return raw(s);
    const replicas = s.body('spec', 'replicas');
    if (replicas === undefined) s.notes.push('the number of replicas was not logged');
    const count = replicas !== undefined && /^\d{1,9}$/.test(replicas) ? replicas : 'N';
    if (name === undefined || resource === undefined) return undefined;
    return { words: ['scale', ...s.scope, `${s.kind}/${name}`, `--replicas=${count}`] };
  },
};
