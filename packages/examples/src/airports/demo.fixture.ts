import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('./main.js', import.meta.url));

/** A row that the example writes. */
export interface WrittenRow {
  readonly zip_code: string;
  readonly city: string;
  readonly state: string;
  readonly iata: string;
  readonly airport: string;
  readonly km: number;
  readonly departures: number;
  readonly destinations: number;
}

/** The example as a program of its own. */
export interface Demo {
  /** Its standard error so far. */
  readonly stderr: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when standard error matches; rejects when the program ends before. */
  readonly says: (pattern: RegExp) => Promise<void>;
  /** Resolves when the program has ended by itself. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

export function startDemo(args: readonly string[], cwd: string): Demo {
  const child = spawn(process.execPath, [main, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code]: (number | null)[]) => ({ code: code ?? null, stdout, stderr }));
  return {
    stderr: () => stderr,
    kill: (signal) => child.kill(signal),
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(stderr)) resolve();
        };
        child.stderr.on('data', look);
        child.once('close', () => reject(new Error(`the example ended before it said ${pattern}: ${stdout}${stderr}`)));
        look();
      }),
    ended,
  };
}

/** The rows of an NDJSON file; throws unless every line is a whole row, the last one too. */
export async function readRows(file: string): Promise<WrittenRow[]> {
  const text = await readFile(file, 'utf8');
  if (text !== '' && !text.endsWith('\n')) throw new Error(`${file} does not end with a whole line`);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as WrittenRow);
}

/** What was written to standard error, without the lines of progress: a run that is held up for a second writes one. */
export function withoutProgress(stderr: string): string {
  return stderr.replace(/^[\w-]+ (?:[a-z]+ )?[\d.]+ s \| .*\n/gm, '');
}
