import type { AuditEvent, EventNode } from '../events/event.ts';
import { indexedField, keyedField, listField, textField } from './define.ts';
import type { FieldDefinition } from './field.ts';
import { arrayTexts } from './ka-scalars.ts';
import { collect, nodeAt } from './traverse.ts';

/** Names of a binding's subjects of one kind; subjects without kind or name are left out. */
function subjectNames(
  event: AuditEvent,
  kind: string,
  name: (subject: EventNode) => string | undefined,
): string[] | undefined {
  const subjects = nodeAt(event, ['requestObject', 'subjects']);
  if (subjects === undefined) return undefined;
  const names: string[] = [];
  for (const subject of subjects.elements()) {
    if (memberText(subject, 'kind') !== kind) continue;
    const text = name(subject);
    if (text !== undefined) names.push(text);
  }
  return names;
}

function memberText(node: EventNode, key: string): string | undefined {
  return node.member(key)?.text();
}

function plainName(subject: EventNode): string | undefined {
  return memberText(subject, 'name');
}

function namespacedName(subject: EventNode): string | undefined {
  const name = memberText(subject, 'name');
  const namespace = memberText(subject, 'namespace');
  return name === undefined || namespace === undefined ? undefined : `${namespace}:${name}`;
}

/** One list of a role's rules, over all rules (k8saudit extractRulesField). */
function ruleTexts(event: AuditEvent, key: string, index: number | undefined) {
  const found = collect(event, ['requestObject', 'rules'], [key], index);
  if (found === undefined) return undefined;
  const texts: string[] = [];
  for (const node of found) {
    if (node === undefined) continue;
    for (const element of node.elements()) texts.push(element.text());
  }
  return texts;
}

function ruleField(name: string, key: string, description: string): FieldDefinition {
  return indexedField(
    name,
    `${description} of all rules of the role in the request body; the index selects one rule.`,
    (event, index) => ruleTexts(event, key, index),
  );
}

/** `ka.req.binding.*` and `ka.req.role.*`. */
export const RBAC_FIELDS: readonly FieldDefinition[] = [
  listField(
    'ka.req.binding.subjects',
    'Subjects of the role binding in the request body, each as JSON text.',
    (event) => arrayTexts(event, ['requestObject', 'subjects']),
  ),
  listField(
    'ka.req.binding.subjects.user_names',
    'Names of the subjects that are users.',
    (event) => subjectNames(event, 'User', plainName),
  ),
  listField(
    'ka.req.binding.subjects.serviceaccount_names',
    'Names of the subjects that are service accounts.',
    (event) => subjectNames(event, 'ServiceAccount', plainName),
  ),
  listField(
    'ka.req.binding.subjects.serviceaccount_ns_names',
    'Subjects that are service accounts, each as namespace:name.',
    (event) => subjectNames(event, 'ServiceAccount', namespacedName),
  ),
  listField(
    'ka.req.binding.subjects.group_names',
    'Names of the subjects that are groups.',
    (event) => subjectNames(event, 'Group', plainName),
  ),
  textField(
    'ka.req.binding.role',
    ['requestObject', 'roleRef', 'name'],
    'Name of the role that the binding in the request body grants.',
  ),
  keyedField(
    'ka.req.binding.subject.has_name',
    'Always true. Kept so that old rules load; use ka.req.binding.subjects.* instead.',
    () => 'true',
  ),
  listField(
    'ka.req.role.rules',
    'Rules of the role in the request body, each as JSON text.',
    (event) => arrayTexts(event, ['requestObject', 'rules']),
  ),
  ruleField('ka.req.role.rules.apiGroups', 'apiGroups', 'API groups'),
  ruleField('ka.req.role.rules.nonResourceURLs', 'nonResourceURLs', 'URL paths'),
  ruleField('ka.req.role.rules.verbs', 'verbs', 'Verbs'),
  ruleField('ka.req.role.rules.resources', 'resources', 'Resources'),
];
