/** Names of settings, members, headers and flags, and whether their values are credentials. */

/** Last words of names that ask for a credential. */
const SECRETS: ReadonlySet<string> = new Set(
  (
    'password passwd passwort passphrase passcode pass pwd pw psk otp token tokens apikey apitoken secret ' +
    'credential credentials creds cookie cookies authorization bearer signature sig privatekey secretkey ' +
    'accesskey accountkey authkey authtoken jwt masterauth keypass storepass sharedaccesskey sharedaccesssignature'
  ).split(' '),
);
/** Endings of words written together: `DBPASSWORD`, `pgpassword`, `requirepass`, `bindpw`. */
const ENDING =
  /(?:passw(?:or)?d|passwort|passphrase|pwd|token|secret|apikey|secretkey|accesskey|privatekey|(?:db|user|root|admin|ssh|require|master|key|store|default|my|pg|proxy|bind)(?:pass|pw))$/;
/** `key` is a credential behind one of these. */
const KEYS: ReadonlySet<string> = new Set(
  (
    'api access secret private account client shared encryption decryption signing master auth deploy hmac ' +
    'storage ssh tls ssl app application webhook admin certificate preshared aes rsa jwt session cookie vault ' +
    'unseal recovery crypto bot license registration service host user priv integration x'
  ).split(' '),
);
/** A `secret` behind one of these is the name of a Secret. */
const NAMES_OF_SECRETS: ReadonlySet<string> = new Set(
  (
    'existing pull image tls ssl certificate cert ca registry default bootstrap backup storage target source ' +
    'named checksum k8s kubernetes'
  ).split(' '),
);
/** Words behind a name that change nothing. */
const ADDITIONS: ReadonlySet<string> = new Set(
  (
    'b64 base64 raw value plain plaintext text str string hash hashed encrypted enc old new current previous ' +
    'prod production dev staging test default env data primary secondary'
  ).split(' '),
);
/** Names that say it in their own way: Grafana's headers, OpenShift's OAuthClient, Vault's AppRole, Azure's storage, ClickHouse. */
const OTHERS =
  /^httpHeaderValue\d{0,3}$|^additionalSecrets$|^secret(?:_id|I[dD])$|\.account\.key\.|passw(?:or)?d_(?:double_)?sha\d{1,3}_hex$/;
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g;
/** Longest name looked at: its end. */
const MAX_NAME = 80;

/** How sure a name is: `clear` ones anywhere, `quoted` ones where the name stands as a key or flag. */
export type Sensitivity = 'clear' | 'quoted';

/** Answers by name: a log has few different ones. */
const known = new Map<string, Sensitivity | undefined>();
const MAX_KNOWN = 4096;

/** Whether a name asks for a credential; undefined when it does not. */
export function sensitivity(name: string): Sensitivity | undefined {
  const key = name.slice(-MAX_NAME);
  const found = known.get(key);
  if (found !== undefined || known.has(key)) return found;
  const answer = judge(key);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, answer);
  return answer;
}

function judge(name: string): Sensitivity | undefined {
  const tail = name.replace(/^.*[/\s]/, '');
  const words = (tail.replaceAll(/([bB])ase64/g, '$1ase_b64').match(WORD) ?? []).map((word) =>
    word.toLowerCase(),
  );
  while (words.length > 1 && (/^\d/.test(words.at(-1)!) || ADDITIONS.has(words.at(-1)!)))
    words.pop();
  const last = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  if (OTHERS.test(tail)) return 'clear';
  if (last === 'key') return KEYS.has(before) && words.length > 1 ? 'clear' : undefined;
  if (last === 'secret') {
    if (NAMES_OF_SECRETS.has(before) || /checksum|secrets\//.test(name)) return undefined;
    return before === '' ? 'quoted' : 'clear';
  }
  if (last.startsWith('cred') && words.length === 1) return 'quoted';
  if (last === 'auth' && /[A-Z]_AUTH$/.test(name)) return 'clear';
  if (last === 'pw' || last === 'sig' || last === 'jwt') return 'clear';
  if (SECRETS.has(last)) return 'clear';
  return last.length > 5 && ENDING.test(last) && !/(?:by|com|tres)pass$/.test(last)
    ? 'clear'
    : undefined;
}

/** True when the values of a name are credentials, where the name is a member's key or a flag. */
export function isSensitive(name: string): boolean {
  return sensitivity(name) !== undefined;
}

/** Members and files whose whole text is a credential. */
const FILES =
  /^\.?(?:pgpass|htpasswd|vault-token|git-credentials|netrc|dockercfg|dockerconfigjson|my\.cnf|id_(?:rsa|dsa|ecdsa|ed25519)|shadow|credentials\.json)$/;

/** True for the name of a file that holds nothing but credentials. */
export function isSecretFile(name: string): boolean {
  return FILES.test(name);
}
