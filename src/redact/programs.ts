/** Where a program's command line has credentials. Flags are written as given; `=` behind one is understood. */
export interface Program {
  /** Words of which one must come before, such as `login`, or ends of words with a colon; positions count from the last of them. */
  readonly after?: readonly string[];
  /** Flags whose value is a credential. */
  readonly flags?: readonly string[];
  /** Short flags whose value may also be attached: `-pSECRET`. */
  readonly glued?: readonly string[];
  /** Flags whose value is `user:password`: the user stays. */
  readonly pairs?: readonly string[];
  /** Flags whose value is `name=credential`. */
  readonly assigns?: readonly string[];
  /** Positions, from 1, of words without a dash that are credentials; -1 is the last word. */
  readonly words?: readonly number[];
  /** What parts the user from the password in pairs and words, when it is not a colon. */
  readonly separator?: string;
  /** Every word `name=value` holds a credential. */
  readonly members?: true;
  /** Reads credentials from a pipe: what `echo` or `printf` writes into it. */
  readonly stdin?: true;
}

const PASSWORD = ['--password'];
const LOGIN: Program = { after: ['login'], glued: ['-p'], flags: PASSWORD, stdin: true };
const REGISTRY: Program = { pairs: ['--creds', '--src-creds', '--dest-creds', '--user', '-u'] };

/** One row a program, or several alike; a program may have several rows. */
const ROWS: readonly (readonly [names: string, program: Program])[] = [
  // Databases
  [
    'mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlslap mysqlsh mysqlbinlog mysqlpump ' +
      'mariadb mariadb-dump mariadb-admin mycli xtrabackup mydumper myloader',
    { glued: ['-p'], flags: ['--password', '--pass', '--password1', '--password2'] },
  ],
  ['mysqladmin mariadb-admin', { after: ['password'], words: [1] }],
  ['redis-cli valkey-cli keydb-cli', { flags: ['-a', '--pass'] }],
  ['redis-cli valkey-cli keydb-cli', { after: ['auth', 'AUTH'], words: [1, 2] }],
  ['redis-cli valkey-cli keydb-cli', { after: ['requirepass', 'masterauth'], words: [1] }],
  ['redis-server valkey-server keydb-server', { flags: ['--requirepass', '--masterauth'] }],
  [
    'mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop',
    { glued: ['-p'], flags: PASSWORD },
  ],
  ['sqlcmd bcp osql', { glued: ['-P'] }],
  ['sqlplus expdp impdp exp imp sqlldr rman', { words: [1], separator: '/' }],
  ['clickhouse clickhouse-client', { flags: PASSWORD }],
  ['cqlsh nodetool', { glued: ['-p'], flags: ['-pw', '--password'] }],
  ['influx', { flags: ['-password', '-p', '-t', '--token', '--password'] }],
  ['cypher-shell', { glued: ['-p'], flags: PASSWORD }],
  ['neo4j-admin', { after: ['set-initial-password'], words: [1] }],
  ['arangosh arangodump arangorestore', { flags: ['--server.password'] }],
  ['couchbase-cli cbbackupmgr cbq', { flags: ['-p', '--password'] }],
  ['elasticsearch-users', { flags: ['-p'] }],
  ['sqlite3 sqlcipher', { after: ['key'], words: [1] }],
  // Shells, transfers and mail
  ['sshpass', { glued: ['-p'] }],
  ['plink pscp psftp', { flags: ['-pw'] }],
  [
    'curl',
    {
      pairs: ['--user', '--proxy-user', '-E', '--cert'],
      flags: ['--oauth2-bearer', '--pass', '--proxy-pass', '--tlspassword'],
      assigns: ['-b', '--cookie'],
    },
  ],
  ['curl', { glued: ['-u', '-U'], separator: ':' }],
  ['wget', { flags: ['--password', '--http-password', '--ftp-password', '--proxy-password'] }],
  ['http https httpie xh', { pairs: ['-a', '--auth'], flags: ['--bearer'] }],
  ['ab siege', { pairs: ['-A', '-P'], flags: ['-C'] }],
  ['lftp', { pairs: ['-u', '--user'], separator: ',' }],
  ['ncftp ncftpput ncftpget', { glued: ['-p'] }],
  ['swaks sendxmpp', { flags: ['-ap', '--auth-password', '-p'] }],
  // Images and clusters
  ['docker podman nerdctl buildah skopeo crane oras regctl helm cosign notation oc', LOGIN],
  ['skopeo buildah podman ctr crictl nerdctl', REGISTRY],
  ['helm', { flags: PASSWORD }],
  ['argocd', { flags: ['--password', '--current-password', '--new-password', '--auth-token'] }],
  [
    'kubectl oc k3s kubectl.exe',
    { assigns: ['--from-literal'], flags: ['--docker-password', '--token', '--password'] },
  ],
  ['kubectl oc', { after: ['secret', 'secrets'], glued: ['-p'], flags: ['--patch'] }],
  // Variables of a workload: hidden, as in its object.
  ['kubectl oc', { after: ['env'], members: true }],
  ['crictl', { flags: ['--auth'] }],
  ['kubectl oc', { after: ['set-credentials'], assigns: ['--auth-provider-arg', '--exec-env'] }],
  ['kubeadm', { flags: ['--token', '--certificate-key', '--discovery-token'] }],
  ['k3s k3s-agent rke2', { flags: ['-t', '--token', '--agent-token'] }],
  ['etcdctl', { pairs: ['--user'], flags: PASSWORD }],
  // Clouds
  ['az ibmcloud cf heroku fly flyctl', { after: ['login'], glued: ['-p'], flags: PASSWORD }],
  [
    'az',
    {
      flags: [
        '--account-key',
        '--sas-token',
        '--connection-string',
        '--admin-password',
        '--client-secret',
      ],
    },
  ],
  ['az', { after: ['secret'], flags: ['--value'] }],
  ['aws', { after: ['aws_secret_access_key', 'aws_session_token'], words: [1] }],
  [
    'aws',
    { flags: ['--secret-string', '--secret-binary', '--password', '--master-user-password'] },
  ],
  ['aws', { after: ['put-parameter'], flags: ['--value'] }],
  ['gcloud', { after: ['activate-refresh-token'], words: [2] }],
  ['gcloud', { flags: ['--password', '--root-password', '--access-token'] }],
  ['aliyun tccli', { flags: ['--access-key-secret', '--secretKey'] }],
  [
    'doctl hcloud linode-cli scw vercel netlify railway glab sentry-cli',
    { flags: ['-t', '--token', '--access-token', '--auth-token'] },
  ],
  ['mc', { after: ['set', 'add'], words: [3, 4] }],
  ['s3cmd', { flags: ['--secret_key', '--access_key'] }],
  ['rclone', { after: ['pass', 'password', 'obscure', 'secret_access_key'], words: [1] }],
  // Stores of secrets
  ['vault bao', { after: ['login', 'unwrap', 'unseal'], words: [1], members: true }],
  ['vault bao', { after: ['write', 'put', 'patch'], members: true }],
  ['vault bao consul nomad', { flags: ['-token', '-wrapped-token', '-id'], pairs: ['-http-auth'] }],
  ['consul', { after: ['put'], words: [2] }],
  ['pulumi', { after: ['set'], words: [2] }],
  ['restic borg duplicity step', { flags: ['--password', '--passphrase'] }],
  // Directories, queues, networks
  ['ldapsearch ldapmodify ldapadd ldapdelete ldapwhoami ldapmodrdn ldapcompare', { glued: ['-w'] }],
  ['ldappasswd', { glued: ['-w', '-s', '-a'] }],
  ['rabbitmqctl', { after: ['add_user', 'change_password', 'authenticate_user'], words: [2] }],
  ['rabbitmqadmin', { glued: ['-p'], flags: PASSWORD }],
  ['mosquitto_pub mosquitto_sub mosquitto_rr', { glued: ['-P'], flags: ['--pw'] }],
  ['smbclient rpcclient smbget winexe', { pairs: ['-U', '--user'], separator: '%' }],
  [
    'smbmap crackmapexec nxc netexec evil-winrm hydra medusa',
    { flags: ['-p', '-H', '--password', '--hash'] },
  ],
  ['rdesktop xfreerdp wlfreerdp', { glued: ['-p', '/p:'] }],
  ['ipmitool', { glued: ['-P'] }],
  ['snmpwalk snmpget snmpset snmpbulkwalk', { glued: ['-c', '-A', '-X'] }],
  ['wpa_passphrase', { words: [2] }],
  ['nmcli', { after: ['password', 'wifi-sec.psk', '802-11-wireless-security.psk'], words: [1] }],
  ['tailscale', { flags: ['--authkey', '--auth-key'] }],
  ['ngrok', { after: ['authtoken', 'add-authtoken'], words: [1] }],
  // Keys, archives, accounts
  ['gpg gpg2', { flags: ['--passphrase'], stdin: true }],
  ['openssl', { pairs: ['-passin', '-passout', '-pass'], flags: ['-k', '-K'] }],
  ['openssl', { after: ['passwd'], words: [-1] }],
  ['zip unzip zipcloak', { glued: ['-P'], flags: PASSWORD }],
  ['7z 7za 7zr rar unrar', { glued: ['-p'] }],
  [
    'keytool jarsigner',
    {
      flags: ['-storepass', '-keypass', '-srcstorepass', '-deststorepass', '-destkeypass', '-new'],
    },
  ],
  ['ssh-keygen', { glued: ['-N', '-P'] }],
  ['htpasswd htdigest mosquitto_passwd', { after: ['-b'], words: [-1] }],
  ['useradd usermod', { glued: ['-p'], flags: PASSWORD }],
  ['chpasswd passwd gh kinit', { stdin: true }],
  ['ansible-vault', { after: ['encrypt_string'], words: [1] }],
  ['sudo su', { stdin: true }],
  // Sources and packages
  ['svn hg', { flags: PASSWORD }],
  ['twine', { glued: ['-p'], flags: PASSWORD }],
  // npm config set //registry/:_authToken SECRET
  ['npm yarn pnpm', { after: [':_authToken', ':_auth', ':_password'], words: [1] }],
  ['npm yarn pnpm', { flags: ['--otp', '--_auth', '--_authToken'] }],
  ['gitlab-runner', { flags: ['-r', '-t', '--registration-token', '--token'] }],
  ['grafana grafana-cli', { after: ['reset-admin-password'], words: [1] }],
  ['airflow', { flags: ['-p'] }],
  ['composer', { after: ['config'], words: [3] }],
  ['cargo', { after: ['login'], words: [1] }],
  ['slappasswd', { flags: ['-s'] }],
  ['drush', { after: ['user:password', 'upwd'], words: [2] }],
  ['wp drush', { flags: ['--admin_password', '--user_pass', '--dbpass', '--account-pass'] }],
];

const TABLE = new Map<string, Program[]>();
for (const [names, program] of ROWS) {
  for (const name of names.split(' ')) TABLE.set(name, [...(TABLE.get(name) ?? []), program]);
}

/** The rows of a program; undefined when it takes no credentials. */
export function programRows(name: string): readonly Program[] | undefined {
  return TABLE.get(name);
}

function namesOf(which: (program: Program) => boolean): string {
  const rows = [...TABLE].filter(([, programs]) => programs.some(which));
  const names = rows.map(([name]) => name.replaceAll('.', String.raw`\.`));
  return names.toSorted().join('|');
}

const ANY = new RegExp(String.raw`(?<![\w-])(?:${namesOf(() => true)})(?![\w-])`);
const FLAGS = [' -', "'-", '"-', '\n-', ' /p', '<<<'];
/** Programs that take credentials without a flag, with words behind them. */
const BARE = new RegExp(
  `(?:${namesOf(({ words, members, stdin }) => [words, members, stdin].some((each) => each !== undefined))})(?![\\w-])`,
);

/** False for a text that holds no command line that a row is about. */
export function mayHoldCommand(text: string): boolean {
  if (!text.includes(' ') && !text.includes('\n') && !text.includes('\t')) return false;
  return (FLAGS.some((flag) => text.includes(flag)) || BARE.test(text)) && ANY.test(text);
}
