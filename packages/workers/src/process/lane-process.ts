import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';
import type { FromLane } from '../wire/frame.js';
import { LastLine } from '../wire/last-line.js';
import { type OutputLine, readLines } from '../wire/output-lines.js';
import type { WorkerOptions } from '../wire/worker-port.js';
import { execArgs, laneEnvironment } from './exec-args.js';
import { FrameReader, UnreadFrame } from './frame-bytes.js';
import { PIPE } from './pool-pipe.js';
import { processArgs } from './process-entry.js';

/** How a process ended. */
export type Exit =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'unstarted'; readonly error: Error };

export interface ProcessEvents {
  readonly onFrame: (frame: FromLane) => void;
  /** A frame cannot be read; its number, from 1. */
  readonly onUnread: (frame: number, error: unknown) => void;
  /** It sent what is no frame. */
  readonly onUnreadable: (error: unknown) => void;
}

/** Time for what was printed to arrive after the exit: a process that the lane started may hold stdout open for ever. */
const MAX_PRINTING_MS = 500;

/** The child process of a lane, with what it prints passed on to the stdout and stderr of this one. */
export class LaneProcess {
  readonly #child: ChildProcess | undefined;
  readonly #stderr = new LastLine();
  /** Resolves when it is gone, and what it sent and printed has arrived. */
  readonly exit: Promise<Exit>;

  constructor(options: WorkerOptions, events: ProcessEvents) {
    try {
      this.#child = spawned(options);
    } catch (error) {
      this.exit = Promise.resolve({ kind: 'unstarted', error: error as Error });
      return;
    }
    this.exit = this.#attend(this.#child, events, options.onOutput);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get lastStderrLine(): string | undefined {
    return this.#stderr.line;
  }

  /** No effect once it has ended. */
  send(parts: readonly Uint8Array[]): void {
    const pipe = this.#child?.stdio?.[PIPE.fromPool] as Writable | undefined;
    if (pipe === undefined || !pipe.writable) return;
    pipe.cork();
    for (const part of parts) pipe.write(part);
    pipe.uncork();
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child?.kill(signal);
  }

  /** Whether it keeps this process alive. */
  hold(holds: boolean): void {
    for (const held of [this.#child, ...((this.#child?.stdio ?? []) as (Socket | null)[])]) {
      if (holds) held?.ref();
      else held?.unref();
    }
  }

  async #attend(
    child: ChildProcess,
    { onFrame, onUnread, onUnreadable }: ProcessEvents,
    onOutput: WorkerOptions['onOutput'],
  ): Promise<Exit> {
    const ended = exitOf(child);
    // Out of file descriptors, there are no pipes either.
    if (child.stdio === undefined) return ended;
    const [, stdout, stderr, fromPool, toPool] = child.stdio as [null, Readable, Readable, Writable & Readable, Readable];
    const pipes = child.stdio.filter((pipe) => pipe !== null && pipe !== undefined);
    const reader = new FrameReader<FromLane>();
    const read = (chunk: Buffer): ReturnType<typeof reader.push> => {
      try {
        return reader.push(chunk);
      } catch (error) {
        onUnreadable(error);
        return [];
      }
    };
    toPool.on('data', (chunk: Buffer) => {
      for (const frame of read(chunk)) {
        if (frame instanceof UnreadFrame) onUnread(frame.frame, frame.error);
        else onFrame(frame);
      }
    });
    if (onOutput === undefined) this.#passOn(stdout, stderr);
    else this.#tell(stdout, stderr, onOutput);
    // Nothing comes this way; it is read to see its end.
    fromPool.resume();
    // A pipe breaks when the process ends, and the exit tells how.
    for (const pipe of pipes) pipe.on('error', () => {});
    const printed = Promise.all([closeOf(stdout), closeOf(stderr)]);
    const sent = closeOf(toPool);
    const exit = await ended;
    if (exit.kind !== 'unstarted') {
      await sent;
      await within(MAX_PRINTING_MS, printed);
    }
    for (const pipe of pipes) pipe.destroy();
    return exit;
  }

  #passOn(stdout: Readable, stderr: Readable): void {
    stdout.on('data', (chunk: Buffer) => process.stdout.write(chunk));
    const text = new TextDecoder();
    stderr.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk);
      this.#stderr.push(text.decode(chunk, { stream: true }));
    });
  }

  #tell(stdout: Readable, stderr: Readable, onOutput: (line: OutputLine) => void): void {
    void readLines(stdout, (text) => onOutput({ stream: 'stdout', text }));
    void readLines(stderr, (text) => {
      this.#stderr.push(`${text}\n`);
      onOutput({ stream: 'stderr', text });
    });
  }
}

function spawned({ resourceLimits, env }: WorkerOptions): ChildProcess {
  const args = processArgs(execArgs(process.execArgv, resourceLimits));
  return spawn(process.execPath, [...args, ...process.argv.slice(2)], {
    env: laneEnvironment(env ?? process.env),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', ...(isMainThread ? [] : ['pipe' as const])],
    windowsHide: true,
  });
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) =>
      resolve(signal === null ? { kind: 'exited', exitCode: exitCode! } : { kind: 'signalled', signal }),
    );
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ kind: 'unstarted', error });
    });
  });
}

function closeOf(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', resolve);
  });
}

async function within(ms: number, happening: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => {
    // A main thread that was busy for so long finds the timer before what waits in the pipes: it reads once more.
    timer = setTimeout(() => setImmediate(resolve), ms);
  });
  await Promise.race([happening, over]);
  clearTimeout(timer);
}
