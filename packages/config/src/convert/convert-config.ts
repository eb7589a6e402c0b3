import { dirname, resolve } from 'node:path';
import { importModule } from '@millrace/workers';
import { Findings } from '../check/findings.js';
import { moduleUrl } from '../check/modules.js';
import { originOf } from '../check/origins.js';
import { readParams } from '../check/read-params.js';
import { memberOf, type Node, plainOf } from '../document/node.js';
import { exported } from '../flow/code.js';
import { loadConfig } from '../load-config.js';
import type { LoadOptions } from '../loaded.js';
import type { ConfigParams, ExportRef } from '../params.js';
import type { Site } from '../shapes/shape.js';
import { Imports, quoted } from './imports.js';
import { literal, objectLiteral, pathMark } from './literal.js';
import { refuseHeldSecrets, refuseSetSecrets } from './set-secrets.js';
import { flowText } from './stage-text.js';
import { readers, varsText } from './vars-text.js';

/**
 * A pipeline file as a TypeScript module that runs the same, to be saved beside it. Vars stay what they are: they are read from the
 * environment when the module is loaded, so that no secret gets into it that was not in the file, by `set` neither.
 *
 * @returns the text of the module
 * @throws ConfigError for a file with errors, and for a secret that is set from outside and that the module could read from nowhere;
 * FileError when the file cannot be read
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { convertConfig } from '@millrace/config';
 *
 * await writeFile('words-pipeline.ts', await convertConfig('words.yaml'));
 * ```
 */
export async function convertConfig(file: string, options: LoadOptions = {}): Promise<string> {
  const loaded = await loadConfig(file, options);
  const { source } = originOf(loaded)!;
  refuseSetSecrets(loaded);
  const folder = dirname(resolve(file));
  const params = readParams(source, convertSite(file), undefined);
  const functions = await functionsOf(params, folder);
  const name = identifier(loaded.name);
  const imports = new Imports([name, ...declared]);
  const declare = imports.use('@millrace/core', 'pipeline');
  const flow = flowText(params, { imports, isFunction: (ref) => functions.has(`${ref.module}#${ref.export}`) });
  const usesHere = flow.includes('here(');
  if (usesHere) imports.use('node:path', 'resolve');
  const parts = [
    imports.text,
    usesHere ? hereText : '',
    varsText(memberOf(source, 'vars'), options),
    runText(memberOf(source, 'run'), name),
    `export const ${name} = ${declare}(import.meta, ${quoted(loaded.name)}, () =>\n  ${flow},\n);\n`,
  ];
  const text = parts.filter((part) => part !== '').join('\n');
  refuseHeldSecrets(loaded, text);
  return text;
}

/** What the module declares beside the pipeline, where it needs it. */
const declared: readonly string[] = ['vars', 'here', 'runOptions', ...readers];

const hereText = `// Paths are those from the folder of this module.
const here = (path: string) => resolve(import.meta.dirname, path);
`;

/** Reads what the file says, not what it comes to: modules as they are written, and marks at paths. */
function convertSite(file: string): Site {
  return {
    findings: new Findings(file, ''),
    refer: () => {},
    // "-" is a standard stream.
    resolve: (path) => (path === '-' ? path : `${pathMark}${path}`),
    moduleOf: (specifier) => specifier,
  };
}

async function functionsOf({ sources, sink, errors, stages }: ConfigParams, folder: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const refs = new Map<string, ExportRef>();
  collectUses([sources, sink, errors, stages], refs);
  for (const [key, ref] of refs) {
    const url = moduleUrl(ref.module, folder);
    const code = { modules: new Map([[ref.module, await importModule(url)]]), rxjs: undefined };
    if (typeof exported(code, ref) === 'function') found.add(key);
  }
  return found;
}

function collectUses(value: unknown, refs: Map<string, ExportRef>): void {
  if (typeof value !== 'object' || value === null) return;
  const use: unknown = Reflect.get(value, 'use');
  if (typeof use === 'object' && use !== null && 'module' in use && 'export' in use) {
    const ref = use as ExportRef;
    refs.set(`${ref.module}#${ref.export}`, ref);
  }
  for (const member of Object.values(value)) collectUses(member, refs);
}

function runText(run: Node | undefined, name: string): string {
  const entries = run?.kind === 'map' ? run.entries : [];
  if (entries.length === 0) return '';
  const options = entries.map(({ key, value }) => [key, literal(plainOf(value))] as const);
  return `/** How it runs: \`${name}.run(undefined, runOptions)\`. */\nexport const runOptions = ${objectLiteral(options)} as const;\n`;
}

/** `nearest-airports` is `nearestAirports`. */
function identifier(name: string): string {
  const words = name.split(/[^A-Za-z0-9_$]+/).filter((word) => word !== '');
  const joined = words.map((word, index) => (index === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join('');
  return /^[A-Za-z_$]/.test(joined) && !reserved.has(joined) && !declared.includes(joined) ? joined : `pipeline${joined}`;
}

const reserved = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in ' +
    'instanceof new null return super switch this throw true try typeof var void while with let static await yield async of'
  ).split(' '),
);
