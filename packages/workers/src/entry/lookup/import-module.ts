import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MillraceError } from '../../errors.js';
import { isTypeScript, nativeTypeScript, needsTsx } from './needs-tsx.js';

/** What a module exports, by name. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** A worker could not import a module. `cause` is what Node.js, the loader of TypeScript or the module itself threw. */
export class ImportError extends MillraceError {
  /** Always `ERR_IMPORT`. */
  readonly code = 'ERR_IMPORT';
}

/**
 * Imports a module into this worker, JavaScript or TypeScript. TypeScript is run by Node.js itself where it can (22.18 and later), else
 * through the user's `tsx`: on older Node.js the loader of the main thread does not reach its workers.
 *
 * @param url as `import.meta.url` of the module gives it; nothing is added to it, since modules are known by their URL
 * @returns its exports, once it is evaluated; a module that was imported before is not evaluated again
 * @throws ImportError with what failed and how to mend it
 */
export async function importModule(url: string): Promise<ModuleExports> {
  // Decided before the import: Node.js may remember a failed one, and would fail again with the loader in place.
  if (nativeTypeScript()) {
    // Started by tsx, its workers have it from the beginning.
    if (isTypeScript(url) && !startedByTsx() && needsTsx(url)) await withTsx(url);
  } else if (isTypeScript(url) || startedByTsx()) {
    const found = await withTsx(url);
    if (!found && isTypeScript(url)) throw new ImportError(`could not import ${url}: ${withoutTsx()}`);
  }
  try {
    return await import(url);
  } catch (error) {
    if (!isRefusal(error, url)) throw new ImportError(`could not import ${url}: ${textOf(error)}`, { cause: error });
    return importRefused(url, error);
  }
}

/** Node.js runs TypeScript, but not this: what is not only types (enum, namespace, parameter properties), JSX, or in node_modules. */
async function importRefused(url: string, refusal: unknown): Promise<ModuleExports> {
  const why = `Node.js ${process.version} itself refused TypeScript: ${textOf(refusal)}`;
  if (!(await withTsx(url))) {
    throw new ImportError(
      `could not import ${url}: ${why}. Install tsx (npm install --save-dev tsx) and workers will use it, compile the module, ` +
        'or write TypeScript whose types can be erased',
      { cause: refusal },
    );
  }
  try {
    return await import(url);
  } catch (error) {
    const again = isRefusal(error, url) ? '; start the program by tsx, so that its workers have it from the beginning' : '';
    throw new ImportError(`could not import ${url}: ${textOf(error)}${again}`, { cause: error });
  }
}

function withoutTsx(): string {
  return (
    `Node.js ${process.version} does not run TypeScript by itself, and tsx, through which a worker could, was found neither beside ` +
    'the module nor in the working directory. Install it (npm install --save-dev tsx), use Node.js 22.18 or later, or compile the module'
  );
}

/** The main thread runs by tsx, which lets JavaScript import TypeScript too: `--import tsx`, or what its command stands for. */
function startedByTsx(): boolean {
  const args = [...process.execArgv, process.env.NODE_OPTIONS ?? ''];
  return args.some((arg) => /(?:^|[\s=])tsx(?:$|[\s/])|[\\/]tsx[\\/]dist[\\/]/.test(arg));
}

const refusals: ReadonlySet<unknown> = new Set([
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
]);

/** Whether Node.js has refused TypeScript, and not the module failed. */
export function isRefusal(error: unknown, url: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  if (error.code === 'ERR_UNKNOWN_FILE_EXTENSION') return /extension "\.(?:[cm]?ts|tsx)"/.test(error.message);
  // `./x.js` of a TypeScript module may stand for x.ts, which Node.js does not look for.
  if (error.code === 'ERR_MODULE_NOT_FOUND') return isTypeScript(url) && /\.[cm]?jsx?' imported from /.test(error.message);
  return refusals.has(error.code);
}

let registered: Promise<boolean> | undefined;

/** Puts tsx in place for what is imported from now on, once in a worker. False where it is not installed. */
function withTsx(url: string): Promise<boolean> {
  registered ??= registerTsx(url);
  return registered;
}

interface Registering {
  readonly register: () => unknown;
}

async function registerTsx(url: string): Promise<boolean> {
  const manifest = tsxManifest(url);
  if (manifest === undefined) return false;
  try {
    const require = createRequire(manifest);
    // By its file: `require.resolve` finds the entry for CommonJS, whose hooks cannot be registered on Node.js 20.
    const entry: string = require(manifest).exports['./esm/api'].import.default;
    const esm: Registering = await import(pathToFileURL(join(dirname(manifest), entry)).href);
    const cjs: Registering = require('tsx/cjs/api');
    cjs.register();
    esm.register();
    return true;
  } catch (cause) {
    throw new ImportError(
      `could not import ${url}: ${dirname(manifest)} could not be put in place: ${textOf(cause)}. Install it anew, in version 4.19 or later`,
      { cause },
    );
  }
}

/** Path of the package.json of tsx: as the module sees it, as the working directory does, or where the main thread has it from. */
function tsxManifest(url: string): string | undefined {
  const loader = process.execArgv.find((arg) => arg.startsWith('file:') && /\/tsx\/dist\//.test(arg));
  for (const from of [url, join(process.cwd(), 'package.json'), loader]) {
    try {
      if (from !== undefined) return createRequire(from).resolve('tsx/package.json');
    } catch {
      // Not there, or `from` is no file: the next place decides, and the last one is reported by its absence.
    }
  }
  return undefined;
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'it threw something that is no error';
}
