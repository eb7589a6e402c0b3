import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nearest } from '@millrace/core/options';
import { importModule, type ModuleExports } from '@millrace/workers';
import { within } from '../document/vars.js';
import { exportsOf } from '../flow/code.js';
import { splitReference } from '../shapes/code.js';
import type { Found, Wanted } from '../shapes/shape.js';
import type { Findings } from './findings.js';
import { importHint, importText } from './import-problem.js';
import { packageEntry } from './package-entry.js';

/** How long a module may take to be imported. */
const importMs = 30_000;

/** URL of the module that a reference names, seen from a folder; of a package that is not installed the URL of nothing. */
export function moduleUrl(specifier: string, folder: string): string {
  if (specifier.startsWith('file:')) return URL.canParse(specifier) ? specifier : `file:///${encodeURIComponent(specifier)}`;
  if (isPath(specifier)) return pathToFileURL(resolve(folder, specifier)).href;
  const path = packagePath(specifier, folder);
  return path === undefined ? `missing:${encodeURIComponent(specifier)}` : pathToFileURL(path).href;
}

function isPath(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier) || isAbsolute(specifier);
}

function packagePath(specifier: string, folder: string): string | undefined {
  try {
    const found = createRequire(join(folder, 'millrace.yaml')).resolve(specifier);
    return isAbsolute(found) ? found : undefined;
  } catch {
    // Packages that can only be imported are not found so.
    return packageEntry(specifier, folder);
  }
}

/** Imports what the references of a file name, and sees whether the exports are there and of the right kind. */
export async function checkModules(
  found: readonly Found[],
  folder: string,
  findings: Findings,
): Promise<ReadonlyMap<string, ModuleExports>> {
  const modules = new Map<string, ModuleExports | undefined>();
  for (const { node, wanted } of found) {
    const { specifier, name } = splitReference(String(node.value));
    const url = moduleUrl(specifier, folder);
    if (!modules.has(url)) modules.set(url, await imported(url, specifier, folder, node, findings));
    const exports = modules.get(url);
    if (exports !== undefined) checkExport(exports, { specifier, name, wanted, node }, findings);
  }
  return new Map([...modules].flatMap(([url, exports]) => (exports === undefined ? [] : [[url, exports] as const])));
}

async function imported(
  url: string,
  specifier: string,
  folder: string,
  { span }: Found['node'],
  findings: Findings,
): Promise<ModuleExports | undefined> {
  const at = within(span, specifier, findings);
  if (url.startsWith('missing:')) {
    findings.add('missing-module', at, `there is no package "${specifier}" here`, {
      hint: `install it (npm install ${specifier}), or write "./${specifier}" for a file beside this one`,
    });
    return undefined;
  }
  const path = fileURLToPath(url);
  if (!existsSync(path) || statSync(path).isDirectory()) {
    findings.add('missing-module', at, `there is no file "${specifier}"`, { hint: fileHint(path, specifier, folder) });
    return undefined;
  }
  try {
    return exportsOf(await withinTime(importModule(url)));
  } catch (error) {
    const hint = importHint(error, url);
    findings.add('broken-module', at, `"${specifier}" cannot be imported: ${importText(error, url)}`, { hint });
    return undefined;
  }
}

function fileHint(path: string, specifier: string, folder: string): string {
  const beside = dirname(path);
  if (!existsSync(beside)) return `there is no folder "${dirname(specifier)}" either; it is looked for from ${folder}`;
  const files = readdirSync(beside)
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !file.endsWith('.d.ts'))
    .sort();
  const wanted = basename(path);
  const stem = wanted.slice(0, wanted.length - extname(wanted).length);
  const meant = files.find((file) => file.slice(0, file.length - extname(file).length) === stem) ?? nearest(wanted, files);
  const prefix = specifier.slice(0, specifier.length - wanted.length);
  if (meant !== undefined) return `did you mean "${prefix}${meant}"?`;
  return files.length === 0 ? 'there are no modules in its folder' : `beside it there are ${files.slice(0, 12).join(', ')}`;
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it does not end to load within ${importMs / 1000} s: does it wait at its top level?`)),
      importMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Reference {
  readonly specifier: string;
  readonly name: string;
  readonly wanted: Wanted;
  readonly node: Found['node'];
}

function checkExport(exports: ModuleExports, { specifier, name, wanted, node }: Reference, findings: Findings): void {
  const part = within(node.span, `#${name}`, findings);
  const at = part === node.span ? part : { start: part.start + 1, end: part.end };
  const names = Object.keys(exports).filter((each) => !['default', 'module.exports', '__esModule'].includes(each));
  if (!Object.hasOwn(exports, name)) {
    const meant = nearest(name, names);
    const there = names.length === 0 ? 'it exports nothing' : `it exports ${names.join(', ')}`;
    findings.add('missing-export', at, `"${specifier}" does not export "${name}"`, {
      hint: meant === undefined ? there : `did you mean "${meant}"? ${there}`,
    });
    return;
  }
  const expected = misfit(wanted, exports[name]);
  if (expected === undefined) return;
  findings.add('wrong-export', at, `"${name}" of "${specifier}" must be ${expected}, not ${kindText(exports[name])}`, {
    hint: functionsOf(exports, name),
  });
}

function functionsOf(exports: ModuleExports, name: string): string | undefined {
  const others = Object.keys(exports).filter((each) => each !== name && typeof exports[each] === 'function');
  return others.length === 0 ? undefined : `functions that it exports: ${others.join(', ')}`;
}

/** What it should be; undefined when it is. */
function misfit(wanted: Wanted, value: unknown): string | undefined {
  const isFunction = typeof value === 'function';
  const isObject = typeof value === 'object' && value !== null;
  const opens = isObject && 'open' in value && typeof value.open === 'function';
  switch (wanted) {
    case 'value':
      return undefined;
    case 'function':
      return isFunction ? undefined : 'a function';
    case 'task':
      return isFunction || (isObject && '~standard' in value) ? undefined : 'a function or a Standard Schema';
    case 'sink':
      return isFunction || opens ? undefined : 'a sink, or a function that makes one';
    case 'source':
      return isFunction || opens || (isObject && (Symbol.iterator in value || Symbol.asyncIterator in value))
        ? undefined
        : 'a source, or a function that makes one';
  }
}

function kindText(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
