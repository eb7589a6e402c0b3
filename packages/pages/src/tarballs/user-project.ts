import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Shell } from './shell-of-user.js';
import { entryPoints, type Tarball } from './tarball.js';

/** A project of somebody who installs packages. */
export class UserProject {
  readonly shell: Shell;

  constructor(shell: Shell, npmrc: string) {
    this.shell = shell;
    this.write('.npmrc', npmrc);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.shell.folder, name), text);
  }

  folderOf(name: string): string {
    return join(this.shell.folder, 'node_modules', name);
  }

  /** Packages of Millrace that came from elsewhere than a tarball, and install scripts of what users get. Those of tools for development are
   * theirs to choose. */
  installProblems(tarballs: readonly Tarball[]): string[] {
    const { packages }: Lock = JSON.parse(readFileSync(join(this.shell.folder, 'package-lock.json'), 'utf8'));
    const problems: string[] = [];
    for (const [path, { integrity, hasInstallScript, dev, devOptional }] of Object.entries(packages)) {
      if (hasInstallScript && !dev && !devOptional) problems.push(`${path} has an install script`);
      const tarball = tarballs.find(({ manifest }) => path.endsWith(`node_modules/${manifest.name}`));
      if (tarball === undefined) continue;
      if (integrity !== tarball.integrity) problems.push(`${path} is not the tarball`);
      const real = realpathSync(join(this.shell.folder, path));
      if (!real.startsWith(realpathSync(this.shell.folder))) problems.push(`${path} lies outside of the project: ${real}`);
    }
    return problems;
  }

  /** Whether all that the packages export can be loaded. */
  async importAll(tarballs: readonly Tarball[]): Promise<void> {
    const names = tarballs.flatMap(entryPoints);
    this.write('imports.mjs', names.map((name) => `import ${JSON.stringify(name)};\n`).join(''));
    await this.shell.run('node imports.mjs');
  }

  /** Compiles all declarations that users may import, those of other packages among them, strictly. */
  async compile(tarballs: readonly Tarball[], { compiler, module, moduleResolution }: TypeCase): Promise<void> {
    const names = tarballs.flatMap(entryPoints);
    const name = `${compiler.name}.${moduleResolution}`;
    this.write('imports.ts', names.map((entry, index) => `export * as e${index} from ${JSON.stringify(entry)};\n`).join(''));
    this.write(
      `tsconfig.${name}.json`,
      JSON.stringify({
        compilerOptions: {
          ...{ module, moduleResolution, target: 'es2022', types: ['node'], noEmit: true },
          ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
        },
        files: ['imports.ts'],
      }),
    );
    await this.shell.run(`node '${compiler.path}' -p tsconfig.${name}.json`);
  }
}

interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

interface Locked {
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  /** Of a tool for development that is also an optional peer. */
  readonly devOptional?: boolean;
}

export interface TypeCase {
  readonly compiler: { readonly name: string; readonly path: string };
  readonly module: 'nodenext' | 'esnext';
  readonly moduleResolution: 'nodenext' | 'bundler';
}
