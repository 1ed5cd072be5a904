/** Credentials that are told by their own shape, whatever stands around them: one row a kind. */
import { lookForRuns, type Runs } from './runs.ts';
import type { Mark } from './marks.ts';

/**
 * Patterns begin with constant text, so that most positions fail at once, and repeat single
 * characters only, so that none takes more than linear time. A group is what is hidden; without
 * one it is all.
 */
const SHAPES: readonly (readonly [of: string, pattern: string])[] = [
  [
    'JSON Web Token, the last part possibly cut',
    String.raw`(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}`,
  ],
  [
    'token of Kubernetes in a WebSocket protocol',
    String.raw`base64url\.bearer\.authorization\.k8s\.io\.([\w-]{4,})`,
  ],
  ['GitHub', String.raw`(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{20,}`],
  ['GitHub, fine-grained', String.raw`(?<!\w)github_pat_\w{20,}`],
  [
    'GitLab',
    String.raw`(?<![\w-])gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct|rtr|wt)-[\w-]{16,}(?:\.[\w-]+){0,9}`,
  ],
  ['GitLab, runner registration', String.raw`(?<!\w)GR1348941[\w-]{16,}`],
  ['Slack', String.raw`(?<![\w-])xox[a-z](?:\.xox[a-z])?-[\w-]{10,}`],
  ['Slack, application', String.raw`(?<![\w-])xapp-\d-[\w-]{10,}`],
  [
    'Amazon, identifier of an access key',
    String.raw`(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])`,
  ],
  ['Amazon Bedrock', String.raw`(?<!\w)ABSK[A-Za-z0-9+/]{60,}={0,2}`],
  ['Google, API key', String.raw`(?<![\w-])AIza[\w-]{35}`],
  ['Google, access and refresh tokens', String.raw`(?<![\w.])(?:ya29\.|1\/\/0)[\w-]{20,}`],
  ['Google, OAuth client', String.raw`(?<![\w-])GOCSPX-[\w-]{20,}`],
  ['Azure, client secret', String.raw`(?<![\w~.-])[\w~.]{3}\dQ~[\w~.-]{31,}`],
  ['Stripe', String.raw`(?<!\w)(?:[sr]k_(?:live|test|prod)_|whsec_)[A-Za-z0-9+/=]{10,}`],
  ['Twilio', String.raw`(?<!\w)SK[0-9a-f]{32}(?!\w)`],
  ['SendGrid', String.raw`(?<!\w)SG\.[\w-]{16,}\.[\w-]{16,}`],
  ['Mailgun', String.raw`(?<![\w-])key-[0-9a-f]{32}(?!\w)`],
  ['Mailchimp', String.raw`(?<!\w)[0-9a-f]{32}-us\d{1,2}(?!\w)`],
  ['Brevo', String.raw`(?<!\w)x(?:key|smtp)sib-[0-9a-f]{32,}-\w+`],
  ['npm', String.raw`(?<!\w)npm_[A-Za-z0-9]{30,}`],
  ['PyPI', String.raw`(?<!\w)pypi-[\w-]{40,}`],
  ['RubyGems', String.raw`(?<!\w)rubygems_[0-9a-f]{32,}`],
  ['crates.io', String.raw`(?<!\w)cio[A-Za-z0-9]{32}(?!\w)`],
  ['Docker', String.raw`(?<![\w-])dckr_[a-z]{3}_[\w-]{20,}`],
  ['HashiCorp Vault', String.raw`(?<![\w.])hv[sbr]\.[\w-]{20,}`],
  ['HashiCorp Vault, before 1.10', String.raw`(?<![\w./-])[sb]\.[A-Za-z0-9]{24,28}(?![\w.-])`],
  ['HashiCorp Terraform', String.raw`(?<!\w)[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}`],
  [
    'bootstrap token of Kubernetes',
    String.raw`(?<![\w.-])[a-z0-9]{6}\.(?=[a-z]{0,15}\d)(?=[a-f0-9]{0,15}[g-z])[a-z0-9]{16}(?![\w.-])`,
  ],
  ['OpenShift', String.raw`(?<!\w)sha256~[\w-]{40,}`],
  [
    'OpenAI, Anthropic, DeepSeek and others',
    String.raw`(?<![\w-])sk-(?:(?:proj|svcacct|admin|ant|or|lf)-)?(?:\w{1,12}-){0,2}\w[\w-]{18,}`,
  ],
  ['Hugging Face', String.raw`(?<!\w)(?:hf_|api_org_)[A-Za-z]{30,}`],
  [
    'Groq, Replicate, xAI, Perplexity, Fireworks',
    String.raw`(?<!\w)(?:gsk_|r8_|xai-|pplx-|fw_)[A-Za-z0-9]{24,}`,
  ],
  ['DigitalOcean', String.raw`(?<!\w)do[opr]_v1_[0-9a-f]{40,}`],
  ['Datadog', String.raw`(?<!\w)dd(?:api|app|pat)_[A-Za-z0-9]{20,}`],
  ['Databricks', String.raw`(?<!\w)dapi[0-9a-f]{32}(?:-\d)?(?!\w)`],
  ['Dynatrace', String.raw`(?<!\w)dt0[a-z]\d\d\.[A-Z0-9]{16,}\.[A-Z0-9]{40,}`],
  ['Grafana', String.raw`(?<!\w)gl(?:sa|c)_[\w+/=]{30,}`],
  ['New Relic', String.raw`(?<!\w)NR(?:AK|II|JS|AA|RA|IQ)-[\w-]{15,}`],
  ['Sentry', String.raw`(?<!\w)sntr(?:ys|yu|ya|yi)_[\w+/=-]{40,}`],
  ['Telegram, bot', String.raw`(?<![\d.:])\d{8,10}:[\w-]{35}(?![\w-])`],
  ['Discord, bot', String.raw`(?<![\w.-])[MNO][A-Za-z0-9]{23,27}\.[\w-]{6}\.[\w-]{27,}`],
  ['Shopify', String.raw`(?<!\w)shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}`],
  ['Square', String.raw`(?<![\w-])(?:sq0(?:atp|csp|idp)-[\w-]{22,}|EAAA[\w-]{60,})`],
  ['Facebook', String.raw`(?<!\w)EAA[A-Za-z0-9]{90,}`],
  ['Atlassian', String.raw`(?<!\w)AT(?:ATT|CTT|BB)[A-Za-z0-9][\w=+/-]{20,}`],
  [
    'Linear, Notion, Figma, Airtable, Postman',
    String.raw`(?<!\w)(?:lin_(?:api|oauth)_|ntn_|figd_|pat[A-Za-z0-9]{14}\.|PMAK-)[\w-]{30,}`,
  ],
  [
    'Pulumi, Doppler, Infracost',
    String.raw`(?<!\w)(?:pul-[0-9a-f]{40}|dp\.[a-z]{2,5}\.(?:[\w-]{1,40}\.)?[A-Za-z0-9]{40,}|ico-[A-Za-z0-9]{32})`,
  ],
  [
    'PlanetScale, Supabase, Neon',
    String.raw`(?<!\w)(?:pscale_(?:tkn|pw|oauth)_|sbp_|sb_secret_|napi_)[\w.=-]{20,}`,
  ],
  ['Fly.io', String.raw`(?<!\w)(?:fo1_[\w-]{40,}|fm[12][ar]?_[\w+/=-]{60,})`],
  ['Heroku, Render, Netlify, Vercel', String.raw`(?<!\w)(?:HRKU-|rnd_|nfp_|vc[pka]_)[\w-]{20,}`],
  ['Cloudflare', String.raw`(?<!\w)v1\.0-[0-9a-f]{24}-[0-9a-f]{100,}`],
  ['Tailscale', String.raw`(?<!\w)tskey-[a-z]+-[\w-]{16,}`],
  ['Alibaba, Tencent', String.raw`(?<!\w)(?:LTAI|AKID)[A-Za-z0-9]{16,}`],
  ['Artifactory', String.raw`(?<!\w)(?:AKCp[A-Za-z0-9]{60,}|cmVmd[A-Za-z0-9]{50,})`],
  ['SonarQube', String.raw`(?<!\w)sq[pua]_[0-9a-f]{40}`],
  ['Octopus Deploy', String.raw`(?<!\w)API-[A-Z0-9]{26}(?!\w)`],
  ['1Password', String.raw`(?<!\w)(?:ops_eyJ[\w+/=-]{60,}|A3-[A-Z0-9]{6}-[A-Z0-9-]{20,40})`],
  ['age', String.raw`AGE-SECRET-KEY-[A-Z0-9]{20,}`],
  [
    'password hashes of crypt',
    String.raw`\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|argon2(?:id?|d)|scrypt)\$[\w./$,=+-]{20,}`,
  ],
  [
    'password hashes of LDAP, web servers and PostgreSQL',
    String.raw`\{(?:S{0,2}SHA(?:256|384|512)?|S?MD5|CRYPT)\}[\w+/=.$-]{8,}|(?<!\w)md5[0-9a-f]{32}(?!\w)|SCRAM-SHA-\d{1,3}\$\d{1,9}:[\w+/=:$]{8,}`,
  ],
  ['Ceph', String.raw`(?<![A-Za-z0-9+/])AQ[A-Za-z0-9+/]{36}==`],
  ['PagerDuty', String.raw`routing_?[kK]ey\W{1,8}([A-Za-z0-9]{32})(?!\w)`],
  ['URLs of webhooks, OpenShift', String.raw`buildconfigs\/[\w.-]{1,253}\/webhooks\/([\w%.~-]+)`],
  ['URLs of manifests, Rancher', String.raw`\/v3\/import\/([\w-]{16,})\.yaml`],
  [
    'URLs of webhooks',
    String.raw`hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/([\w/+-]{8,})`,
  ],
  [
    'URLs of webhooks',
    String.raw`discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/\d{1,24}\/([\w-]{8,})`,
  ],
  ['URLs of webhooks', String.raw`webhook\.office\.com\/webhookb2\/([\w@/-]{20,})`],
  [
    'URLs of webhooks',
    String.raw`chat\.googleapis\.com\/v1\/spaces\/[\w-]{1,64}\/messages\?([\w=&%-]{8,})`,
  ],
  ['URLs of webhooks', String.raw`api\.telegram\.org\/bot([\w:-]{8,})`],
];

/** The cheap question before them: the start of a word that some shape asks for, or a part of one. */
const STARTS = [
  'eyJ',
  'k8s\\.io\\.[\\w-]{10}',
  'gh[pousr]_',
  'github_pat_',
  'gl[a-z]{1,5}[-_]',
  'GR1348941',
  'xox[a-z]',
  'xapp-',
  'A[KSBC][IC]A',
  'ABSK',
  'AIza',
  'ya29',
  '1//0',
  'GOCSPX',
  '[sr]k_',
  'whsec_',
  'SK[0-9a-f]{32}',
  'SG\\.',
  'key-[0-9a-f]',
  '[0-9a-f]{32}-us',
  'x[a-z]{3,4}sib-',
  'npm_',
  'pypi-',
  'rubygems_',
  'cio[A-Za-z0-9]{20}',
  'dckr_',
  'hv[sbr]\\.',
  '[sb]\\.[A-Za-z0-9]{24}',
  'atlasv1',
  '[a-z0-9]{6}\\.[a-z0-9]{16}\\b',
  'sha256~',
  'sk-',
  'hf_',
  'api_org_',
  'gsk_',
  'r8_',
  'xai-',
  'pplx-',
  'fw_',
  'do[opr]_v1',
  'dd[a-z]{3}_',
  'dapi[0-9a-f]',
  'dt0',
  'NR[A-Z]{2}-',
  'sntr',
  '\\d{8,10}:[\\w-]{35}',
  '[MNO][A-Za-z0-9]{23,27}\\.',
  'shp[a-z]{2}_',
  'sq0',
  'EAA',
  'AT[ACB]',
  'lin_',
  'ntn_',
  'figd_',
  'pat[A-Za-z0-9]{14}\\.',
  'PMAK-',
  'pul-',
  'dp\\.',
  'ico-',
  'pscale_',
  'sbp_',
  'sb_secret_',
  'napi_',
  'fo1_',
  'fm[12]',
  'HRKU-',
  'rnd_',
  'nfp_',
  'vc[pka]_',
  'v1\\.0-',
  'tskey-',
  'LTAI',
  'AKID',
  'AKCp',
  'cmVmd',
  'sq[pua]_',
  'API-',
  'ops_eyJ',
  'A3-',
  'AGE-SECRET',
  'S{0,2}SHA\\d{0,3}\\}',
  'S?MD5\\}',
  'CRYPT\\}',
  'md5[0-9a-f]{20}',
  'SCRAM-SHA',
  'AQ[A-Za-z0-9]',
  'routing_?[kK]ey',
].join('|');
const HINT = new RegExp(`\\b(?:${STARTS})`);
/** How far before its longest run a token may begin. */
const BEFORE = 16;
/** Hosts whose URLs hold a credential far behind the name. */
const HOSTS = ['hook', 'chat.googleapis', 'api.telegram', '/v3/import/'];

/** The cheap question before the shapes: what begins at runs that are no plain words, or shortly before. */
export function runsOf(text: string): Runs {
  return lookForRuns(text, (start, end) =>
    HINT.test(text.slice(Math.max(0, start - BEFORE), end + 1)),
  );
}

/** All shapes as one pattern: a text is read once. `\w{20}\w*` for `\w{20,}`, of which V8 has no room for millions of rounds. */
const UNCOUNTED = SHAPES.map(([, pattern]) =>
  pattern.replaceAll(/(\[[^\]]+\]|\\w)\{(\d+),\}/g, '$1{$2}$1*'),
);
const ANY = new RegExp(UNCOUNTED.join('|'), 'dg');

/** Marks all that has the shape of a credential. */
export function markTokens(text: string, { tokens }: Runs, mark: Mark): void {
  if (!tokens && !HOSTS.some((host) => text.includes(host))) return;
  ANY.lastIndex = 0;
  for (let match = ANY.exec(text); match !== null; match = ANY.exec(text)) {
    let [start, end] = [match.index, ANY.lastIndex];
    // A shape that names the service hides the group behind the name.
    for (let group = 1; group < match.length; group++) {
      const place = match.indices?.[group];
      if (place !== undefined) [start, end] = place;
    }
    mark(start, end);
  }
}
