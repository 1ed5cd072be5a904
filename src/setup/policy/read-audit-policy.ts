import { parseYaml, YamlError } from '../../yaml/yaml-parser.ts';
import {
  get,
  isNull,
  lineOf,
  placeOf,
  type YamlMapping,
  type YamlNode,
  type YamlSource,
} from '../../yaml/yaml-node.ts';
import { KnownError } from '../../util/errors.ts';
import type { AuditPolicy, GroupResources, PolicyRule } from './audit-policy.ts';
import { isGroupName } from '../api-resources.ts';
import { isLevel, isStage, LEVELS, STAGES, type Stage } from '../levels.ts';

const VERSIONS = new Set(['audit.k8s.io/v1', 'audit.k8s.io/v1beta1', 'audit.k8s.io/v1alpha1']);

/** An audit policy, with remarks on oddities. */
export interface ReadPolicy {
  readonly policy: AuditPolicy;
  readonly warnings: readonly string[];
}

/**
 * Reads an audit policy (YAML or JSON). What the API server refuses is an error here too (apiserver
 * pkg/apis/audit/validation).
 *
 * @throws KnownError with the line
 */
export function readAuditPolicy(name: string, text: string): ReadPolicy {
  return new Reader({ name, text }).read();
}

class Reader {
  readonly #source: YamlSource;
  readonly #warnings: string[] = [];

  constructor(source: YamlSource) {
    this.#source = source;
  }

  read(): ReadPolicy {
    const document = this.#document();
    const version = this.#scalar(document, 'apiVersion');
    const kind = this.#scalar(document, 'kind');
    if (kind !== 'Policy' || !VERSIONS.has(version ?? '')) {
      throw faultAt(
        document,
        'this is no audit policy: it needs kind Policy and apiVersion audit.k8s.io/v1',
      );
    }
    this.#unknown(document, [
      'apiVersion',
      'kind',
      'metadata',
      'rules',
      'omitStages',
      'omitManagedFields',
    ]);
    const rules = get(document, 'rules');
    if (rules?.kind !== 'sequence' || rules.items.length === 0) {
      throw faultAt(rules ?? document, 'rules must be a list that is not empty');
    }
    const policy: AuditPolicy = {
      rules: rules.items.map((item) => this.#rule(item)),
      omitStages: this.#stages(document),
      omitManagedFields: this.#flag(document, 'omitManagedFields'),
    };
    return { policy, warnings: this.#warnings };
  }

  #document(): YamlMapping {
    try {
      const [document] = parseYaml(this.#source);
      if (document?.kind === 'mapping') return document;
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      const place = placeOf({ source: this.#source, start: error.position });
      throw new KnownError('config', `${place}: this is no YAML: ${error.message}`);
    }
    throw new KnownError('config', `${this.#source.name}: this is no audit policy`);
  }

  #rule(node: YamlNode): PolicyRule {
    if (node.kind !== 'mapping') throw faultAt(node, 'a rule must be a mapping');
    this.#unknown(node, [
      'level',
      'users',
      'userGroups',
      'verbs',
      'resources',
      'namespaces',
      'nonResourceURLs',
      'omitStages',
      'omitManagedFields',
    ]);
    const level = this.#scalar(node, 'level') ?? '';
    if (!isLevel(level)) {
      throw faultAt(get(node, 'level') ?? node, `level must be one of ${LEVELS.join(', ')}`);
    }
    const rule: PolicyRule = {
      level,
      users: this.#texts(node, 'users'),
      userGroups: this.#texts(node, 'userGroups'),
      verbs: this.#texts(node, 'verbs'),
      resources: this.#resources(node),
      namespaces: this.#texts(node, 'namespaces'),
      nonResourceURLs: this.#texts(node, 'nonResourceURLs'),
      omitStages: this.#stages(node),
      omitManagedFields: this.#flag(node, 'omitManagedFields'),
      line: lineOf(node),
    };
    if (rule.nonResourceURLs.length > 0 && rule.resources.length + rule.namespaces.length > 0) {
      throw faultAt(node, 'a rule cannot be about both resources and nonResourceURLs');
    }
    for (const url of rule.nonResourceURLs) {
      if (url !== '*' && !url.startsWith('/')) {
        throw faultAt(node, `nonResourceURLs must begin with /, or be *: ${url}`);
      }
      if (url.slice(0, -1).includes('*')) {
        throw faultAt(node, `a star may only stand at the end of a nonResourceURL: ${url}`);
      }
    }
    return rule;
  }

  #resources(node: YamlMapping): GroupResources[] {
    const list = get(node, 'resources');
    if (list === undefined || isNull(list)) return [];
    if (list.kind !== 'sequence') throw faultAt(list, 'resources must be a list');
    return list.items.map((item) => {
      if (item.kind !== 'mapping') throw faultAt(item, 'an entry of resources must be a mapping');
      this.#unknown(item, ['group', 'resources', 'resourceNames']);
      const group = this.#scalar(item, 'group') ?? '';
      if (group.includes('/')) {
        throw faultAt(item, `group must be without a version: ${group}`);
      }
      if (group === '*') {
        this.#warn(
          item,
          'only from Kubernetes 1.36 on may a group be a star: older API servers do not start with it',
        );
      } else if (group !== '' && !isGroupName(group)) {
        throw faultAt(item, `this is no API group: ${group}`);
      } else if (group === 'core' || /^v\d/.test(group)) {
        this.#warn(item, `no API group is called ${group}: that of pods and secrets is ""`);
      }
      const entry: GroupResources = {
        group,
        resources: this.#texts(item, 'resources'),
        resourceNames: this.#texts(item, 'resourceNames'),
      };
      if (entry.resourceNames.length > 0 && entry.resources.length === 0) {
        throw faultAt(item, 'resourceNames need resources');
      }
      return entry;
    });
  }

  #stages(node: YamlMapping): Stage[] {
    return this.#texts(node, 'omitStages').map((text) => {
      if (!isStage(text)) {
        throw faultAt(node, `unknown stage ${text}: stages are ${STAGES.join(', ')}`);
      }
      return text;
    });
  }

  #flag(node: YamlMapping, key: string): boolean | undefined {
    const text = this.#scalar(node, key);
    return text === undefined ? undefined : text === 'true';
  }

  #scalar(node: YamlMapping, key: string): string | undefined {
    const value = get(node, key);
    if (value === undefined || isNull(value)) return undefined;
    if (value.kind !== 'scalar') throw faultAt(value, `${key} must be a single value`);
    return value.text;
  }

  #texts(node: YamlMapping, key: string): string[] {
    const list = get(node, key);
    if (list === undefined || isNull(list)) return [];
    if (list.kind !== 'sequence') throw faultAt(list, `${key} must be a list`);
    return list.items.map((item) => {
      if (item.kind !== 'scalar') throw faultAt(item, `${key} must be a list of texts`);
      return item.text;
    });
  }

  #unknown(node: YamlMapping, known: readonly string[]): void {
    for (const { key } of node.entries) {
      if (key.kind === 'scalar' && !known.includes(key.text)) {
        this.#warn(key, `unknown key ${key.text}`);
      }
    }
  }

  #warn(node: YamlNode, message: string): void {
    this.#warnings.push(`${placeOf(node)}: ${message}`);
  }
}

function faultAt(node: YamlNode, message: string): KnownError {
  return new KnownError('config', `${placeOf(node)}: ${message}`);
}
