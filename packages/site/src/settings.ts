import { join } from 'node:path';
import type { TypeDocOptions } from 'typedoc';
import type { PublicPackage } from './entry-points.js';

/** What TypeDoc is told. Everything that could be wrong with a comment or a link is an error. */
export function settings(root: string, packages: readonly PublicPackage[]): TypeDocOptions {
  const site = join(root, 'packages', 'site');
  return {
    name: 'Millrace',
    tsconfig: join(site, 'tsconfig.api.json'),
    entryPoints: packages.flatMap(({ entryPoints }) => entryPoints.map(({ file }) => file)),
    // One program over the sources of all packages: a type is the same thing wherever it is mentioned. `npm run build` checks the types.
    entryPointStrategy: 'resolve',
    skipErrorChecking: true,
    // Documents reads it, as it reads those of packages.
    readme: 'none',
    basePath: root,
    // The repository has no public address that a line of code could be linked to.
    disableSources: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    githubPages: true,
    router: 'site',
    ...look(site),
    ...strictness(packages),
  };
}

function look(site: string): TypeDocOptions {
  return {
    favicon: join(site, 'assets', 'favicon.svg'),
    customCss: join(site, 'assets', 'site.css'),
    customJs: join(site, 'assets', 'site.js'),
    lightHighlightTheme: 'github-light-high-contrast',
    darkHighlightTheme: 'github-dark-high-contrast',
    highlightLanguages: ['ts', 'js', 'json', 'jsonc', 'yaml', 'sh', 'python', 'sql', 'html', 'css', 'diff', 'csv'],
    ignoredHighlightLanguages: ['mermaid', 'ndjson'],
    groupOrder: ['Guides', 'Reference', 'Examples', 'API', '*'],
    // Pages have the order of the table, not of the alphabet.
    sortEntryPoints: false,
    navigation: { includeGroups: true, includeCategories: true, excludeReferences: false },
    visibilityFilters: {},
    searchInComments: true,
    searchInDocuments: true,
    searchGroupBoosts: { Guides: 2, Reference: 1.5 },
    hideGenerator: true,
  };
}

function strictness(packages: readonly PublicPackage[]): TypeDocOptions {
  return {
    validation: {
      notExported: true,
      invalidLink: true,
      invalidPath: true,
      rewrittenLink: true,
      notDocumented: true,
      unusedMergeModuleWith: true,
    },
    packagesRequiringDocumentation: packages.map(({ name }) => name),
    requiredToBeDocumented: [
      'Class',
      'Interface',
      'TypeAlias',
      'Function',
      'Variable',
      'Property',
      'Method',
      'Accessor',
      'Enum',
      'EnumMember',
    ],
    treatWarningsAsErrors: true,
    treatValidationWarningsAsErrors: true,
  };
}

/**
 * Types that compute types: a signature mentions them, and nobody writes them. Whatever else a signature mentions must be exported. By package, as
 * `file:name`.
 */
export const intentionallyNotExported: Readonly<Record<string, readonly string[]>> = {
  '@millrace/core': [
    ...['Given', 'Taken', 'Left', 'Exhausts'].map((name) => `core/src/declare/flow/narrowing.ts:${name}`),
    ...['OpenOnes', 'ItemsOf', 'BranchEnd'].map((name) => `core/src/declare/flow/flow.ts:${name}`),
    'core/src/declare/steps/task.ts:Emissions',
    'core/src/declare/options/option.ts:FunctionTypes',
  ],
};
