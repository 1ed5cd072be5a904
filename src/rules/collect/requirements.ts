import { RuleError } from '../diagnostics.ts';
import { contextOf, invalid, requiredScalar, type ItemContext } from './read-values.ts';
import { get, placeOf, type YamlNode, type YamlScalar } from '../../yaml/yaml-node.ts';

/** The Falco engine and plugins whose rules k8s-audit understands. */
const ENGINE_VERSION = '0.63.0';
const PLUGIN_VERSIONS: Readonly<Record<string, string>> = {
  k8saudit: '0.18.0',
  json: '0.7.4',
};

/**
 * The plugins that read the same events from a cloud, with the same fields: rules for one of them alone, as Falco's own
 * for GKE, are rules for audit events. Where a file names k8saudit too, that one decides, as in Falco without the others.
 */
const CLOUD_VERSIONS: Readonly<Record<string, string>> = {
  'k8saudit-aks': '0.6.0',
  'k8saudit-eks': '0.12.0',
  'k8saudit-gke': '0.9.0',
  'k8saudit-ovh': '0.6.0',
};

interface PluginVersion {
  readonly name: string;
  readonly version: string;
}

/** One entry of `required_plugin_versions`: the first loaded plugin decides. */
export interface PluginRequirement {
  readonly plugins: readonly PluginVersion[];
  /** File and line. */
  readonly place: string;
}

/** Numbers of a version, each after any blanks; text behind the three does not count (Falco version.h: sscanf). */
function parseVersion(text: string): readonly [number, number, number] | undefined {
  const match = /^\s*(\d+)\.\s*(\d+)\.\s*(\d+)/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

const MAX_UINT32 = 2 ** 32 - 1;

/** A number N is engine 0.N.0; yaml-cpp reads hexadecimal and octal numbers too. */
function implicitVersion(text: string): string | undefined {
  if (!/^\+?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text)) return undefined;
  const digits = text.replace('+', '');
  const number = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return number <= MAX_UINT32 ? `0.${number}.0` : undefined;
}

/** Same major version, and not older. */
function isCompatible(available: string, required: string): boolean {
  const have = parseVersion(available);
  const want = parseVersion(required);
  if (have === undefined || want === undefined || have[0] !== want[0]) return false;
  return have[1] > want[1] || (have[1] === want[1] && have[2] >= want[2]);
}

/** Checks `required_engine_version`; @throws RuleError */
export function checkEngineVersion(item: ItemContext): void {
  const scalar = requiredScalar(item, 'required_engine_version');
  const text = implicitVersion(scalar.text) ?? scalar.text;
  if (parseVersion(text) === undefined) {
    const message =
      `Unable to parse engine version '${scalar.text}' as a semver string. ` +
      'Expected "x.y.z" semver format.';
    throw invalid(message, scalar, item.items, 'write a number such as 15, or 0.15.0');
  }
  if (!isCompatible(ENGINE_VERSION, text)) {
    const message = `Rules require engine version ${text}, but engine version is ${ENGINE_VERSION}`;
    throw new RuleError('LOAD_ERR_VALIDATE', message, contextOf(scalar, item.items));
  }
}

/** Reads `required_plugin_versions`; @throws RuleError */
export function readPluginRequirements(item: ItemContext): PluginRequirement[] {
  const node = get(item.node, 'required_plugin_versions');
  if (node?.kind !== 'sequence') {
    const message = 'Value of required_plugin_versions must be a sequence';
    throw invalid(message, node ?? item.node, item.items);
  }
  return node.items.map((entry) => readRequirement(entry, item));
}

/** Falco reads the whole entry before it looks at versions. */
function readRequirement(entry: YamlNode, item: ItemContext): PluginRequirement {
  const plugins = [readPlugin(entry, item)];
  const alternatives = entry.kind === 'mapping' ? get(entry, 'alternatives') : undefined;
  if (alternatives !== undefined) {
    if (alternatives.kind !== 'sequence') {
      const message = 'Value of plugin version alternatives must be a sequence';
      throw invalid(message, alternatives, item.items);
    }
    plugins.push(...alternatives.items.map((alternative) => readPlugin(alternative, item)));
  }
  const names = new Set<string>();
  for (const { name, version } of plugins) {
    const refuse = (message: string, hint?: string): RuleError =>
      new RuleError('LOAD_ERR_VALIDATE', message, contextOf(version, item.items), hint);
    if (parseVersion(version.text) === undefined) {
      throw refuse(
        `Invalid required version '${version.text}' for plugin '${name}'`,
        'write three numbers, as in 0.7.0',
      );
    }
    if (names.has(name)) {
      throw refuse(`Defined multiple alternative version requirements for plugin '${name}'`);
    }
    names.add(name);
  }
  return {
    plugins: plugins.map(({ name, version }) => ({ name, version: version.text })),
    place: placeOf(entry),
  };
}

function readPlugin(node: YamlNode, item: ItemContext): { name: string; version: YamlScalar } {
  if (node.kind !== 'mapping') {
    throw invalid('Plugin version must be a mapping', node, item.items);
  }
  const entry: ItemContext = { node, items: item.items };
  return {
    name: requiredScalar(entry, 'name').text,
    version: requiredScalar(entry, 'version'),
  };
}

/** Why a requirement is not met; undefined when it is (Falco falco_engine.cpp: check_plugin_requirements). */
export function unmetRequirement(requirement: PluginRequirement): string | undefined {
  const { plugins, place } = requirement;
  for (const versions of [PLUGIN_VERSIONS, CLOUD_VERSIONS]) {
    const loaded = plugins.find(({ name }) => Object.hasOwn(versions, name));
    if (loaded === undefined) continue;
    const { name, version } = loaded;
    const available = versions[name]!;
    if (isCompatible(available, version)) return undefined;
    return (
      `${place}: Plugin '${name}' version '${available}' is not compatible with required plugin version ` +
      `'${version}'`
    );
  }
  const wanted = plugins.map(({ name, version }) => `${name} (>= ${version})`).join(', ');
  return (
    `${place}: Plugin requirement not satisfied, must load one of: ${wanted}\n` +
    `  hint: k8s-audit has the plugins k8saudit and json: leave the entry out to load the rules on audit events`
  );
}
