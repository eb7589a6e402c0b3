import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { LoadedConfig } from '@millrace/config';

/** What a run depends on. */
export interface Watched {
  /** Absolute paths. Of an input the file need not be there yet. */
  readonly files: readonly string[];
  /** Absolute patterns of inputs. */
  readonly globs: readonly string[];
}

/**
 * What a pipeline file depends on: itself, the paths that its sources read, and whatever other file its values name, modules among them; those that
 * it writes do not count. Of a module that is imported by another nothing is known.
 */
export function watchedBy({ file, values }: Pick<LoadedConfig, 'file' | 'values'>): Watched {
  const folder = dirname(resolve(file));
  const named = values.flatMap(({ path, value, origin }) =>
    typeof value === 'string' && origin !== 'default' && !/^(sink|errors|tests)\b|\.sink\./.test(path) ? [{ path, value }] : [],
  );
  const inputs = named.flatMap(({ path, value }) => (isInput(path) && value !== '-' ? [resolve(folder, value)] : []));
  const others = named.map(({ value }) => fileNamed(folder, value)).filter(isFile);
  return {
    files: [...new Set([resolve(file), ...inputs.filter((path) => !isGlob(path)), ...others])],
    globs: inputs.filter(isGlob),
  };
}

/** The same of one that cannot be loaded: what is wrong may be in any file that its text names. */
export function watchedByBroken(file: string): Watched {
  const own = resolve(file);
  const words = existsSync(own) ? readFileSync(own, 'utf8').split(/[\s"'{}[\],]+/) : [];
  const named = words.filter((word) => word !== '').map((word) => fileNamed(dirname(own), word));
  return { files: [...new Set([own, ...named.filter(isFile)])], globs: [] };
}

/** `source.csv.path`, `sources.orders.csv.path.0` */
function isInput(path: string): boolean {
  return /^(source|sources\..+)\.\w+\.path(\.\d+)?$/.test(path);
}

/** As the connectors see it: a path that exists is taken literally. */
function isGlob(path: string): boolean {
  return /[*?[\]{}()!+@]/.test(path) && !existsSync(path);
}

function fileNamed(folder: string, text: string): string {
  return resolve(folder, text.replace(/#[^#/]*$/, ''));
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
