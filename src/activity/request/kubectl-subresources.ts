import { queryValues } from '../../fields/uri.ts';
import { isSafeName } from './kubectl-words.ts';
import {
  BODY_MISSING,
  named,
  raw,
  type Parts,
  type Reconstruct,
  type Subject,
} from './kubectl-subject.ts';
import { sessionOf } from './sessions.ts';

/** Resources and subresources that kubectl has a command of its own for. */
export const BY_RESOURCE: Readonly<Record<string, Reconstruct>> = {
  'pods/exec': (s) => {
    const command = queryValues(s.request.uri ?? '', 'command') ?? [];
    if (command.length === 0) s.notes.push('its command was not logged');
    return named(s, ['exec'], [...container(s), ...streams(s), '--', ...command]);
  },
  'pods/attach': (s) => named(s, ['attach'], [...container(s), ...streams(s)]),
  'pods/portforward': (s) => {
    const ports = (queryValues(s.request.uri ?? '', 'ports') ?? []).filter((port) =>
      /^\d{1,5}$/.test(port),
    );
    if (ports.length === 0) s.notes.push('its ports were not logged');
    return named(s, ['port-forward'], ports.length === 0 ? ['PORT'] : ports);
  },
  'pods/log': (s) => named(s, ['logs'], [...container(s), ...logOptions(s)]),
  'pods/ephemeralcontainers': (s) => {
    if (s.request.verb === 'get') return raw(s);
    return debug(s);
  },
  'serviceaccounts/token': (s) => {
    const seconds = s.body('spec', 'expirationSeconds');
    const duration =
      seconds !== undefined && /^\d{1,12}$/.test(seconds) ? [`--duration=${seconds}s`] : [];
    const audiences = s.value('spec', 'audiences');
    const audience = Array.isArray(audiences)
      ? audiences.filter((each) => typeof each === 'string').map((each) => `--audience=${each}`)
      : [];
    return named(s, ['create', 'token'], [...duration, ...audience]);
  },
  'certificatesigningrequests/approval': (s) => {
    const conditions = s.value('status', 'conditions');
    const text = JSON.stringify(conditions ?? null);
    const verb = text.includes('"Denied"')
      ? 'deny'
      : text.includes('"Approved"')
        ? 'approve'
        : undefined;
    if (verb === undefined) s.notes.push(`${BODY_MISSING}: it may have been a refusal`);
    return named(s, ['certificate', verb ?? 'approve'], []);
  },
  selfsubjectrulesreviews: (s) => {
    const namespace = s.body('spec', 'namespace');
    const scope = namespace !== undefined && isSafeName(namespace) ? ['-n', namespace] : [];
    return { words: ['auth', 'can-i', '--list', ...scope] };
  },
  selfsubjectaccessreviews: canI,
};

function logOptions(s: Subject): string[] {
  const value = (key: string, option: string, unit = ''): string[] => {
    const text = s.query(key);
    return text !== undefined && /^\d{1,12}$/.test(text) ? [`--${option}=${text}${unit}`] : [];
  };
  return [
    ...(s.has('follow') ? ['--follow'] : []),
    ...(s.has('previous') ? ['--previous'] : []),
    ...(s.has('timestamps') ? ['--timestamps'] : []),
    ...value('tailLines', 'tail'),
    ...value('sinceSeconds', 'since', 's'),
    ...value('limitBytes', 'limit-bytes'),
  ];
}

function debug(s: Subject): Parts | undefined {
  const added = s.value('spec', 'ephemeralContainers');
  const index = Array.isArray(added) ? String(added.length - 1) : undefined;
  const of = (...path: string[]): string | undefined =>
    index === undefined ? undefined : s.body('spec', 'ephemeralContainers', index, ...path);
  const image = of('image');
  if (image === undefined) s.notes.push(`${BODY_MISSING}: neither image nor command is known`);
  const target = of('targetContainerName');
  const session = sessionOf(s.request, s.event);
  return named(
    s,
    ['debug'],
    [
      `--image=${image ?? 'IMAGE'}`,
      ...(target === undefined ? [] : [`--target=${target}`]),
      ...(session?.stdin === true ? ['-i'] : []),
      ...(session?.tty === true ? ['-t'] : []),
      ...(session === undefined || session.command.length === 0 ? [] : ['--', ...session.command]),
    ],
  );
}

function canI(s: Subject): Parts | undefined {
  const path = s.body('spec', 'nonResourceAttributes', 'path');
  if (path !== undefined) {
    const verb = s.body('spec', 'nonResourceAttributes', 'verb');
    if (verb === undefined || !isSafeName(verb) || !path.startsWith('/')) return undefined;
    return { words: ['auth', 'can-i', verb, path] };
  }
  const of = (key: string): string => s.body('spec', 'resourceAttributes', key) ?? '';
  const [verb, resource] = [of('verb'), of('resource')];
  if (verb === '' && resource === '') {
    s.notes.push(`${BODY_MISSING}: what was asked is not known`);
    return { words: ['auth', 'can-i', 'VERB', 'RESOURCE'] };
  }
  const parts = [verb, resource, of('group'), of('name'), of('subresource'), of('namespace')];
  if (!parts.every((part) => part === '' || part === '*' || isSafeName(part))) return undefined;
  const kind = of('group') === '' ? resource : `${resource}.${of('group')}`;
  return {
    words: [
      'auth',
      'can-i',
      verb,
      of('name') === '' ? kind : `${kind}/${of('name')}`,
      ...(of('subresource') === '' ? [] : [`--subresource=${of('subresource')}`]),
      ...(of('namespace') === '' ? ['-A'] : ['-n', of('namespace')]),
    ],
  };
}

function container(s: Subject): string[] {
  const name = s.query('container');
  if (name === undefined || name === '') return [];
  return isSafeName(name) ? ['-c', name] : [`--container=${name}`];
}

function streams(s: Subject): string[] {
  return [...(s.has('stdin') ? ['-i'] : []), ...(s.has('tty') ? ['-t'] : [])];
}
