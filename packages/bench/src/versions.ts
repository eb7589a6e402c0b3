import { readFileSync } from 'node:fs';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Version of a dependency of this package: peers are pinned, so that what package.json says is what is installed. */
export function versionOf(name: string): string | undefined {
  const manifest: Manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return manifest.devDependencies[name] ?? manifest.dependencies[name];
}
