import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program. */
export const bin = fileURLToPath(new URL('../bin/millrace.js', import.meta.url));
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** What a finished program left. */
export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A `millrace` that is running; it is killed when it has not ended after `limitMs`. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
  /** Resolves when stderr or stdout holds the text. */
  readonly says: (text: string) => Promise<void>;
}

const limitMs = 25_000;

/** A folder of its own, from which the packages of this repository can be imported. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'millrace-cli-'));

  constructor() {
    symlinkSync(modules, join(this.path, 'node_modules'));
  }

  async write(name: string, content: string): Promise<string> {
    const path = join(this.path, name);
    await mkdir(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Starts the program in this folder. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    const { FORCE_COLOR: _forced, NO_COLOR: _none, ...clean } = process.env;
    const child = spawn(process.execPath, [bin, ...args], {
      ...{ cwd: this.path, env: { ...clean, ...env } },
      ...{ timeout: limitMs, killSignal: 'SIGKILL' as const },
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      err += chunk;
    });
    const closed = once(child, 'close');
    return {
      child,
      finished: closed.then(([code]) => ({ code, out, err })),
      says: async (wanted) => {
        while (!out.includes(wanted) && !err.includes(wanted)) {
          if (child.exitCode !== null) throw new Error(`it ended without saying "${wanted}":\n${out}${err}`);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      },
    };
  }

  /** Runs the program in this folder to its end; stdin is empty, or what is given. */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}, input = ''): Promise<Finished> {
    const { child, finished } = this.start(args, env);
    child.stdin.on('error', () => {}).end(input);
    return finished;
  }
}

/** A module with pipelines that do what their params say; `endless` goes on for as long as it is let. */
export const moduleText = `
import { createConnection } from 'node:net';
import { ndjson } from '@millrace/connectors';
import { cpu, flow, io, pipeline } from '@millrace/core';

const stdout = {
  name: 'stdout',
  open: async () => ({
    write: async (items) => {
      for (const item of items) process.stdout.write(JSON.stringify(item) + '\\n');
    },
    commit: async () => {},
    abort: async () => {},
  }),
};

const upTo = (n) => () => Array.from({ length: n }, (_, i) => i);

export const numbers = pipeline(import.meta, 'numbers', ({ n = 3, bad = -1, onError = 'fail', secret = '' } = {}) =>
  flow(upTo(n), { deadLetters: ndjson.write('rejects.ndjson') })
    .pipe(
      cpu('square', (x) => {
        console.log('square prints', x);
        if (x === bad) throw new Error('bad ' + x + secret);
        return x * x;
      }, { onError }),
      io('pass', async (x) => {
        console.log('pass prints', x);
        return x;
      }),
    )
    .to(stdout));

export const endless = pipeline(import.meta, 'endless', ({ stuck = false } = {}) =>
  flow(async function* () {
    for (let i = 0; ; i += 1) {
      yield i;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })
    .pipe(io('slow', async (x, { signal }) => {
      if (x === 20) console.log('twenty');
      if (stuck && x === 6) console.log('stuck');
      if (stuck && x > 5) {
        // As what waits for a server does, it keeps the program alive.
        const alive = setInterval(() => {}, 1000);
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))).finally(() => clearInterval(alive));
      }
      return x;
    }))
    .to(stdout));

export const file = pipeline(import.meta, 'file', ({ from, to = 'out.ndjson' }) => flow(ndjson.read(from)).to(ndjson.write(to)));

export const remote = pipeline(import.meta, 'remote', ({ port }) =>
  flow([1]).pipe(io('ask', () => new Promise((resolve, reject) => {
    createConnection(port, '127.0.0.1').on('connect', resolve).on('error', reject);
  }))).to(stdout));

export const complaining = pipeline(import.meta, 'complaining', () => flow([1]).pipe(io('complain', (x) => {
  console.error('complains of ' + x);
  process.stderr.write('without a break');
  return x;
})));

export const version = 1;
`;
