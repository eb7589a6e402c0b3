import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The file that `import` of a package gives, seen from a folder: its entry alone. Undefined when it is not installed. */
export function packageEntry(specifier: string, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const home = join(at, 'node_modules', specifier);
    const manifest = join(home, 'package.json');
    if (existsSync(manifest)) return entryOf(home, manifest);
    if (dirname(at) === at) return undefined;
  }
}

function entryOf(home: string, manifest: string): string | undefined {
  try {
    const { exports, main }: { exports?: unknown; main?: unknown } = JSON.parse(readFileSync(manifest, 'utf8'));
    const whole = typeof exports === 'object' && exports !== null && '.' in exports ? exports['.'] : exports;
    const target = conditional(whole) ?? (typeof main === 'string' ? main : 'index.js');
    return join(home, target);
  } catch {
    return undefined;
  }
}

/** The first condition that holds for an import, in the order of the package. */
function conditional(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    if (!['import', 'node', 'default', 'module-sync'].includes(condition)) continue;
    const found = conditional(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
