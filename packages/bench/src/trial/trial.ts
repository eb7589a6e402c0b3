import { type ChildProcess, fork } from 'node:child_process';
import type { Measure, TrialAnswer, TrialOrder } from './measure.js';
import { descendantsOf, residentBytesOf } from './process-tree.js';

export type TrialResult =
  | { readonly kind: 'measured'; readonly measure: Measure }
  | { readonly kind: 'failed'; readonly why: string };

type Looked = (pids: readonly number[], bytes: number) => void;

/**
 * A look takes 1 to 2 ms of CPU time, which contenders that use every core lose and a loop in one process does not. So there are few of them
 * until there is something to be seen.
 */
const lookMs = { alone: 1_000, withChildren: 100 };
/** Lines of a failed contender's output that are worth showing. */
const tailLines = 20;

/**
 * Runs a contender once, in a fresh process. It never rejects and always ends: what does not answer within the limit is killed, with all
 * processes that it has started. Resolves when the process is gone, so that no trial disturbs the next.
 *
 * @param limitMs for loading, warm-up and measured run together
 * @param looked is told of the child processes that were seen at a look
 */
export function trial(order: TrialOrder, limitMs: number, looked: Looked = () => {}): Promise<TrialResult> {
  // Without the flags of the harness: under a test runner they are not those of a program.
  const child = fork(new URL('./trial-child.js', import.meta.url), { execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const output = tailOf(child);
  const children = watchChildren(child, looked);
  let answer: TrialAnswer | undefined;
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    killTree(child);
  }, limitMs);
  child.on('message', (message: TrialAnswer) => {
    answer = message;
  });
  // It may die before it has read the order; then 'close' tells.
  child.send(order, () => {});
  return new Promise((resolve) => {
    child.once('error', (error) => settle(`it could not be started: ${error.message}`));
    child.once('close', (code, signal) =>
      settle(late ? tooLate(limitMs) : `it ended with ${signal ?? `code ${code}`}, without a result`),
    );

    function settle(silent: string): void {
      clearTimeout(limit);
      const childBytes = children.stop();
      if (answer === undefined || late) resolve({ kind: 'failed', why: withOutput(silent, output()) });
      else if (answer.kind === 'threw') resolve({ kind: 'failed', why: withOutput(answer.message, output()) });
      else resolve(checked({ ...answer.measure, peakBytes: answer.measure.peakBytes + childBytes }));
    }
  });
}

function tooLate(limitMs: number): string {
  return `it had no result within ${limitMs / 1000} s and was killed; --limit SECONDS gives it longer`;
}

/** A number that is none (it would make ratios that look like results) is a failure. JSON, by which it comes, turns NaN into null. */
function checked(measure: Measure): TrialResult {
  const { items, elapsedMs, startMs, cpuMs, peakBytes, mainBusy, p50Us } = measure;
  const positive = { items, elapsedMs, startMs, peakBytes, ...(p50Us === undefined ? {} : { p50Us }) };
  const wrong = [
    ...Object.entries(positive).filter(([, value]) => !(Number.isFinite(value) && value > 0)),
    ...Object.entries({ cpuMs, mainBusy }).filter(([, value]) => !(Number.isFinite(value) && value >= 0)),
  ];
  if (wrong.length === 0) return { kind: 'measured', measure };
  return { kind: 'failed', why: `it measured no number: ${wrong.map(([name, value]) => `${name} ${value}`).join(', ')}` };
}

/** Adds up what the child processes of a trial hold, again and again; `stop` gives the most it was. */
function watchChildren(child: ChildProcess, looked: Looked): { readonly stop: () => number } {
  let most = 0;
  const look = (): void => {
    const children = descendantsOf(child.pid!);
    const bytes = children.reduce((sum, pid) => sum + residentBytesOf(pid), 0);
    most = Math.max(most, bytes);
    looked(children, bytes);
    timer = setTimeout(look, children.length > 0 ? lookMs.withChildren : lookMs.alone);
  };
  let timer = setTimeout(look, lookMs.alone);
  return {
    stop: () => {
      clearTimeout(timer);
      return most;
    },
  };
}

function tailOf({ stdout, stderr }: ChildProcess): () => string {
  let tail = '';
  for (const stream of [stdout, stderr]) {
    stream!.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text)
        .split('\n')
        .slice(-tailLines - 1)
        .join('\n');
    });
  }
  return () => tail.trim();
}

function withOutput(why: string, output: string): string {
  return output === '' ? why : `${why}\nIts output ended with:\n${output}`;
}

function killTree(child: ChildProcess): void {
  // Those below first: the children of a dead process are no longer found by it.
  for (const pid of [...descendantsOf(child.pid!), child.pid!]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It has ended in the meantime.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
