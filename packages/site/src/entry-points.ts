import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a user can import: `@millrace/core/testing`, and the module of its sources. */
interface EntryPoint {
  readonly specifier: string;
  readonly file: string;
  /** The first of its package: the page of the package's README. */
  readonly isMain: boolean;
}

export interface PublicPackage {
  readonly name: string;
  readonly folder: string;
  readonly entryPoints: readonly EntryPoint[];
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | { readonly types?: string }>>;
}

/** Subpaths that the packages import from one another: their names promise users nothing. */
const INTERNAL = './internal/';

/** The packages that are published and have something to import, as their `exports` tell it. */
export function publicPackages(root: string): PublicPackage[] {
  const folders = readdirSync(join(root, 'packages'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) => {
    const folder = join(root, 'packages', name);
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const entryPoints = manifest.private === true ? [] : entryPointsOf(folder, manifest);
    return entryPoints.length === 0 ? [] : [{ name: manifest.name, folder, entryPoints }];
  });
}

function entryPointsOf(folder: string, { name, exports = {} }: Manifest): EntryPoint[] {
  return Object.entries(exports)
    .filter(([path]) => !path.startsWith(INTERNAL))
    .flatMap(([path, target]) =>
      typeof target === 'object' && target.types !== undefined ? [{ path, types: target.types }] : [],
    )
    .map(({ path, types }, index) => ({
      specifier: path === '.' ? name : `${name}/${path.slice(2)}`,
      file: join(folder, types.replace(/^\.\/dist\//, 'src/').replace(/\.d\.ts$/, '.ts')),
      isMain: index === 0,
    }));
}
