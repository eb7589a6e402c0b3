import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Whether Node.js itself, where it runs TypeScript, would refuse this module or one that it imports by a relative path: for what is not only
 * types, for JSX, or for a `./x.js` that stands for x.ts. They are read, not tried: before version 24.12 Node.js remembers an import that
 * failed, and fails again with tsx in place. Imports are found by their look, so one in a comment may bring tsx where nothing needs it;
 * modules that are named in other ways are not looked at.
 *
 * @param url of a module of TypeScript; one that cannot be read needs nothing
 */
export function needsTsx(url: string): boolean {
  const seen = new Set([url]);
  // Grows while it is walked.
  for (const module of seen) {
    if (isJsx(module)) return true;
    const imports = importsOf(module);
    if (imports === 'refused' || imports.some(standsForTypeScript)) return true;
    for (const imported of imports) if (isTypeScript(imported)) seen.add(imported);
  }
  return false;
}

/** How Node.js itself runs TypeScript: `strip`, `transform`; false or undefined where it does not. */
export function nativeTypeScript(): unknown {
  return Reflect.get(process.features, 'typescript');
}

export function isTypeScript(url: string): boolean {
  return /\.(?:[cm]?ts|tsx)$/.test(new URL(url).pathname);
}

function isJsx(url: string): boolean {
  return new URL(url).pathname.endsWith('.tsx');
}

const relativeImport = /\b(?:from|import)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/** URLs of what it imports by relative paths, types left out. */
function importsOf(url: string): 'refused' | readonly string[] {
  let source: string;
  try {
    source = readFileSync(fileURLToPath(url), 'utf8');
  } catch {
    return [];
  }
  const code = withoutTypes(source);
  if (code === undefined) return 'refused';
  return Array.from(code.matchAll(relativeImport), ([, , path]) => new URL(path!, url).href);
}

/** Undefined: Node.js refuses it. */
function withoutTypes(source: string): string | undefined {
  const strip: unknown = Reflect.get(nodeModule, 'stripTypeScriptTypes');
  const mode = nativeTypeScript();
  if (typeof strip !== 'function' || !mode) return source;
  const { emitWarning } = process;
  // It says that it is experimental, what the import, which does the same, does not.
  process.emitWarning = () => {};
  try {
    return strip(source, { mode });
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function standsForTypeScript(url: string): boolean {
  const { pathname } = new URL(url);
  if (!/\.[cm]?jsx?$/.test(pathname) || existsSync(new URL(url))) return false;
  return existsSync(new URL(url.replace(/js(?=x?$)/, 'ts'))) || existsSync(new URL(url.replace(/js$/, 'tsx')));
}
