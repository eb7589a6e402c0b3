import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shell } from './shell-of-user.js';

/** The parts of a package.json that are looked at here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** A package as it would be published. */
export interface Tarball {
  readonly manifest: Manifest;
  readonly file: string;
  readonly filename: string;
  readonly integrity: string;
  readonly shasum: string;
}

/** What npm tells of a package that it has packed. */
type Packed = Pick<Tarball, 'filename' | 'integrity' | 'shasum'> & { readonly name: string };

/** Folders of the packages of a clone that are published. */
export async function publishedFolders(root: string): Promise<string[]> {
  const names = await readdir(join(root, 'packages'));
  return names.map((name) => join(root, 'packages', name)).filter((folder) => manifestIn(folder).private !== true);
}

/** Packs into a folder, with npm's own rules of what belongs into a package. */
export async function pack(folders: readonly string[], shell: Shell): Promise<Tarball[]> {
  const quoted = folders.map((folder) => `'${folder}'`).join(' ');
  // Into a file, as warnings are printed, too. Errors are told there.
  await shell.run(`npm pack --json --silent ${quoted} >packed.json || { cat packed.json; false; }`);
  const packed: Packed[] = JSON.parse(readFileSync(join(shell.folder, 'packed.json'), 'utf8'));
  return folders.map(manifestIn).map((manifest) => {
    const found = packed.find(({ name }) => name === manifest.name);
    if (found === undefined) throw new Error(`npm pack told nothing of ${manifest.name}`);
    const { filename, integrity, shasum } = found;
    return { filename, integrity, shasum, file: join(shell.folder, filename), manifest };
  });
}

export function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Names by which a program imports it. */
export function entryPoints({ manifest: { name, exports = {} } }: Tarball): string[] {
  return Object.keys(exports)
    .filter((path) => !path.endsWith('.json'))
    .map((path) => name + path.slice(1));
}
