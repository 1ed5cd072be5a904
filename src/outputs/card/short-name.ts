import { displayWidth, isCombining } from '../table/width.ts';

/** Stands for what is left out of a name. */
const LEFT_OUT = '…';
/** Characters of names behind which the end of a name may begin. */
const BORDERS = '/-:@.';

const ASSUMED_ROLE = /^arn:aws[\w-]*:sts::\d*:(?:assumed-role|federated-user)\/(.+)$/;
const IAM = /^arn:aws[\w-]*:iam::\d*:(.+)$/;
/** What IAM Identity Center writes around the name of a permission set. */
const PERMISSION_SET = /^AWSReservedSSO_(.+)_[0-9a-f]{16}(?=\/)/;
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const GUID = /\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}([0-9a-f]{4})\b/gi;

/**
 * A user's name without what is the same for many: `sa shop/web` for a service account, role and session of an AWS
 * identity without the account, identifiers cut in the middle. The end, which tells users apart, stays.
 */
export function shortUser(name: string): string {
  const account = SERVICE_ACCOUNT.exec(name);
  if (account !== null) return `sa ${account[1]!}/${account[2]!}`;
  const arn = ASSUMED_ROLE.exec(name) ?? IAM.exec(name);
  const own = arn === null ? name : arn[1]!.replace(PERMISSION_SET, '$1');
  return own.replace(GUID, `$1${LEFT_OUT}$2`);
}

/** As {@link shortUser}, for a user and whom it acts as: `jane as sa shop/web`. */
export function shortUsers(names: string): string {
  return names.split(' as ').map(shortUser).join(' as ');
}

/** The name that `sa shop/web` is short for, also with wildcards in it; other names as they are. */
export function longUser(name: string): string {
  const [, namespace, account] = /^sa ([^/\s]+)\/([^/\s]+)$/.exec(name) ?? [];
  return account === undefined ? name : `system:serviceaccount:${namespace}:${account}`;
}

/** True for a user whose name contains a part, in any case, as logged or as {@link shortUser} shows it. */
export function userContains(name: string, part: string): boolean {
  const lower = part.toLowerCase();
  return [name, shortUser(name)].some((each) => each.toLowerCase().includes(lower));
}

/** A user in a message, where an empty name would be invisible. */
export function namedUser(name: string): string {
  return name === '' ? 'nobody named' : name;
}

/** What part of the room the end of a name gets, and of evidence. */
const NAME_END = 0.7;
const TEXT_END = 0.45;

/** A text in at most `width` columns: its start and its end, since either may be what matters. */
export function fitText(text: string, width: number): string {
  return fitName(text, width, TEXT_END);
}

/**
 * A name in at most `width` columns: what is left out is in the middle, and the end stays, from a border of its parts
 * where there is one.
 */
export function fitName(name: string, width: number, endShare = NAME_END): string {
  if (displayWidth(name) <= width) return name;
  if (width <= 1) return LEFT_OUT.slice(0, Math.max(0, width));
  const characters = Array.from(name);
  const room = width - 1;
  let tail = characters.length;
  for (let used = 0; tail > 0; tail--) {
    used += displayWidth(characters[tail - 1]!);
    if (used > Math.ceil(room * endShare)) break;
  }
  // A mark that combines would join what stands for the middle.
  while (tail < characters.length && isCombining(characters[tail]!)) tail++;
  const border = characters.findIndex((each, i) => i >= tail && BORDERS.includes(each));
  if (border >= 0 && border - tail <= (characters.length - tail) / 3) tail = border;
  const end = characters.slice(tail).join('');
  let left = room - displayWidth(end);
  let start = '';
  for (const each of characters) {
    left -= displayWidth(each);
    if (left < 0) break;
    start += each;
  }
  return `${start}${LEFT_OUT}${end}`;
}
