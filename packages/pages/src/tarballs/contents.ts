import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { parse } from 'acorn';
import { manifestIn } from './tarball.js';

/** What is wrong with the files of an installed package. @param root the clone's folder, which nothing may name */
export function contentProblems(folder: string, root: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  const { name } = manifestIn(folder);
  const problems = [
    ...['README.md', 'LICENSE'].filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...files.filter(isStranger).map((file) => `${file} is not for users: leave it out by \`files\` of the package.json`),
    ...files.filter((file) => readFileSync(join(folder, file)).includes(`${root}/`)).map((file) => `${file} names ${root}`),
    ...manifestProblems(folder),
    ...files.filter((file) => /\.(js|d\.ts)$/.test(file)).flatMap((file) => mapProblems(folder, file)),
    ...files.filter((file) => file.endsWith('.js')).flatMap((file) => importProblems(folder, file)),
  ];
  return problems.map((problem) => `${name}: ${problem}`);
}

const atTop: ReadonlySet<string> = new Set(['README.md', 'LICENSE', 'package.json', 'millrace.schema.json']);

function isStranger(file: string): boolean {
  if (/\.(test|fixture|contract|soak)\.|\.tsbuildinfo$/.test(file)) return true;
  return !(
    atTop.has(file) || /^src\/.*\.ts$|^bin\/.*\.js$|^dist\/(.*\.(c?js|d\.ts)(\.map)?|(vendor\/\w+|compact)\/LICENSE)$/.test(file)
  );
}

function manifestProblems(folder: string): string[] {
  const manifest = manifestIn(folder);
  const wanted = ['license', 'description', 'keywords', 'engines', 'exports', 'files', 'publishConfig'];
  return [
    ...wanted.filter((key) => manifest[key] === undefined).map((key) => `package.json has no "${key}"`),
    ...Object.keys(manifest.scripts ?? {}).map((script) => `package.json has the script "${script}"`),
  ];
}

/** Maps whose sources neither stand in them nor beside them. */
function mapProblems(folder: string, file: string): string[] {
  const url = /^\/\/# sourceMappingURL=(.+)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1];
  if (url === undefined) return [];
  const map = join(dirname(join(folder, file)), url);
  if (!existsSync(map)) return [`the map of ${file} is missing`];
  const { sources, sourcesContent = [] }: SourceMap = JSON.parse(readFileSync(map, 'utf8'));
  return sources
    .filter((source, index) => {
      const path = join(dirname(map), source);
      return sourcesContent[index] == null && (relative(folder, path).startsWith('..') || !existsSync(path));
    })
    .map((source) => `the map of ${file} points to ${source}, which is not in the package`);
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
}

/** Imports of files that are not there, and of packages that nothing installs. */
function importProblems(folder: string, file: string): string[] {
  const { name, dependencies = {}, peerDependencies = {} } = manifestIn(folder);
  return importsOf(readFileSync(join(folder, file), 'utf8')).flatMap((specifier) => {
    if (specifier.startsWith('.')) {
      return existsSync(join(dirname(join(folder, file)), specifier)) ? [] : [`${file} imports ${specifier}, which is not there`];
    }
    const imported = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    const isKnown = /^(node:|#)/.test(specifier) || builtinModules.includes(specifier) || imported === name;
    if (isKnown || imported in dependencies || imported in peerDependencies) return [];
    return [`${file} imports ${imported}, which is no dependency`];
  });
}

function importsOf(code: string): string[] {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  return body.flatMap((statement) =>
    'source' in statement && statement.source != null && typeof statement.source.value === 'string'
      ? [statement.source.value]
      : [],
  );
}
