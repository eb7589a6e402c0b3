import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const require = createRequire(import.meta.url);

/** Root folder of an installed package: the first one upwards of its entry that holds node_modules/NAME. */
function packageRoot(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return realpathSync(join(folder, name));
    } catch {
      // Not in this folder; the next one up.
    }
  }
  throw new Error(`${name} is not installed: run npm ci`);
}

/** A user's project in a folder of its own, outside of the repository: it sees no package but those it names. */
export class Project {
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-project-')));

  constructor(files: Readonly<Record<string, string>>, packages: readonly string[] = ['@millrace/core', 'rxjs']) {
    for (const name of packages) {
      const link = join(this.#root, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(packageRoot(name), link, 'junction');
    }
    for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), text);
    }
  }

  path(name: string): string {
    return join(this.#root, name);
  }

  /** Runs `node ...args` in the folder to its end. */
  run(...args: readonly string[]): Promise<Ended> {
    // Without what this very process was started with.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn(process.execPath, args, { cwd: this.#root, env });
    // A program that does not end by itself is a failed test, not a hanging one.
    const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return new Promise((resolve) =>
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code, stdout, stderr });
      }),
    );
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}
