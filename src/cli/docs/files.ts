import { CONFIG_NAME, USER_CONFIG } from '../settings/config-paths.ts';

/** Files that the program reads without being told to, and what ships with it. */
export const FILES: readonly (readonly [path: string, meaning: string])[] = [
  [
    CONFIG_NAME,
    'configuration of a project: the nearest one in the working folder or above it; --config FILE names another; ' +
      'the commands policies enable, disable, create and delete change it',
  ],
  [`~/.config/${USER_CONFIG}`, 'configuration of a user; keys of the project win'],
  [
    'rules/',
    'in the package: the bundled rules, those with fields that Falco lacks in rules/extended',
  ],
  ['schemas/', 'in the package: JSON schemas of the configuration, reports, baselines and tests'],
  ['samples/', 'in the package: logs of invented attacks to try it on'],
  ['docs/', 'in the package: guides, and a page for each topic'],
];
