import { IGNORE_KEYS } from '../../policies/ignore.ts';
import { POLICY_KEYS } from '../../policies/read-policies.ts';
import { SEVERITIES } from '../../policies/severity.ts';
import { CONFIG_OPTIONS, optionKey, optionRecord } from '../flags/option-keys.ts';
import type { OptionName } from '../flags/options.ts';

/** A JSON Schema, as far as the files here need it. */
export type Schema = { readonly [key: string]: unknown };

const TEXT: Schema = { type: 'string', minLength: 1 };
const TEXTS: Schema = { type: 'array', items: TEXT };
const TEXT_OR_TEXTS: Schema = { anyOf: [TEXT, TEXTS] };
const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

function strict(properties: Schema, required: readonly string[] = []): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}

const SEVERITY: Schema = {
  description: 'a name, or a number from 0 to 7: 0-3 high, 4-5 medium, 6 low, 7 info',
  anyOf: [{ enum: SEVERITIES }, { type: 'integer', minimum: 0, maximum: 7 }],
};

const SCOPE_PART: Schema = {
  anyOf: [TEXT, TEXTS, strict({ in: TEXT_OR_TEXTS, notIn: TEXT_OR_TEXTS, not: TEXT_OR_TEXTS })],
};

const RULE_ENTRY: Schema = {
  anyOf: [
    TEXT,
    strict({ name: TEXT, enabled: { type: 'boolean' } }, ['name']),
    strict({ tag: TEXT, enabled: { type: 'boolean' } }, ['tag']),
  ],
};

const POLICY_PROPERTIES: Record<(typeof POLICY_KEYS)[number], Schema> = {
  name: TEXT,
  extends: { ...TEXT, description: 'a bundled policy whose rules, severity and runbook it takes' },
  description: TEXT,
  enabled: { type: 'boolean' },
  severity: SEVERITY,
  scope: strict({ clusters: SCOPE_PART, namespaces: SCOPE_PART }),
  rules: { type: 'array', items: RULE_ENTRY },
  runbook: { type: 'string', pattern: '^https?://' },
};

const POLICIES: Schema = { type: ['array', 'null'], items: strict(POLICY_PROPERTIES, ['name']) };

const RESOURCE_RULES: Schema = {
  type: 'array',
  items: strict({
    apiGroups: { type: 'array', items: { type: 'string' } },
    apiVersions: { type: 'array', items: { type: 'string' } },
    operations: { type: 'array', items: { type: 'string' } },
    resources: { type: 'array', items: { type: 'string' } },
    scope: { type: 'string' },
  }),
};

const IGNORE_PROPERTIES: Schema = Object.fromEntries(
  IGNORE_KEYS.map((key) => [key, key === 'rule' ? TEXT_OR_TEXTS : TEXT]),
);

/** The schema of `k8s-audit.yaml`, made from the option table. */
export function configSchema(): Schema {
  const options = CONFIG_OPTIONS.filter((name) => name !== 'config').map((name) => [
    optionKey(name),
    optionSchema(name),
  ]);
  return {
    $schema: DIALECT,
    $id: 'urn:k8s-audit:schema:config:1',
    title: 'Configuration of k8s-audit (k8s-audit.yaml)',
    ...strict({
      ...Object.fromEntries(options),
      policies: POLICIES,
      k8sAuditDetectionsRules: RESOURCE_RULES,
      excludedNamespaces: TEXTS,
      ignore: { type: 'array', items: strict(IGNORE_PROPERTIES) },
    }),
  };
}

/** The schema of a file of policies. */
export function policiesSchema(): Schema {
  return {
    $schema: DIALECT,
    $id: 'urn:k8s-audit:schema:policies:1',
    title: 'Policies of k8s-audit',
    anyOf: [
      POLICIES,
      { type: 'object', properties: { policies: POLICIES }, required: ['policies'] },
    ],
  };
}

function optionSchema(name: OptionName): Schema {
  const { description, parse, repeatable, choices } = optionRecord(name);
  if (parse === undefined) return { description, type: 'boolean' };
  const single: Schema = choices === undefined ? { type: ['string', 'number'] } : { enum: choices };
  if (repeatable !== true) return { description, ...single };
  return { description, anyOf: [single, { type: 'array', items: single }] };
}
