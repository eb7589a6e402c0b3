import { Worker, type WorkerOptions } from 'node:worker_threads';
import { watchThread } from '../shared/life.js';
import { compactArgs, compactEntry } from '../wire/compact.js';
import { LastLine } from '../wire/last-line.js';
import { laneEntry } from './lane-entry.js';
import { threadArgs } from './thread-args.js';

type Listener = (event: { readonly data: unknown }) => void;

/** False once a worker has refused options of the program that it inherits without a word, as long as it is given none itself. */
let takesOptions = true;

/** Starts the worker of a lane, compact where that is possible. */
export function startLaneWorker(options: WorkerOptions): { readonly worker: LaneWorker; readonly compact: boolean } {
  const args = threadArgs(process.execArgv);
  const entry = takesOptions ? compactEntry('thread-main') : undefined;
  if (entry !== undefined) {
    try {
      return { worker: new LaneWorker(entry, { ...options, execArgv: compactArgs(args) }), compact: true };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error;
      takesOptions = false;
    }
  }
  // Which option was refused is not told: with an input type among those that would be inherited, it gets none.
  const none = args.length < process.execArgv.length && { execArgv: [] };
  return { worker: new LaneWorker(laneEntry(), { ...options, ...none }), compact: false };
}

/**
 * The worker that is given to `spawn` of threads.js instead of the one it brings: that one resolves paths against the file that
 * calls it, never forgets a worker, and leaves `error` unheard, so that a worker out of memory ends the main process.
 */
export class LaneWorker extends Worker {
  readonly #listeners = new Map<Listener, (data: unknown) => void>();
  readonly #stderr = new LastLine();

  constructor(entry: URL, options: WorkerOptions) {
    super(entry, options);
    watchThread(this);
    // A second listener beside the pipe into the stderr of the process, which goes on.
    this.stderr.setEncoding('utf8').on('data', (text: string) => this.#stderr.push(text));
    // `spawn` waits for the first message and for nothing else, on a timer of its own that would keep the process alive and that it
    // takes down only when that message is a good one. Not emitted: at its exit a worker has lost its listeners for messages.
    this.once('exit', () => {
      for (const listener of this.#listeners.keys())
        listener({ data: { type: 'init', exposed: { type: 'module', methods: [] } } });
    });
  }

  /** What the worker wrote last to stderr, without the line break. */
  get lastStderrLine(): string | undefined {
    return this.#stderr.line;
  }

  addEventListener(name: string, listener: Listener): void {
    const adapted = (data: unknown): void => listener({ data });
    this.#listeners.set(listener, adapted);
    this.on(name, adapted);
  }

  removeEventListener(name: string, listener: Listener): void {
    const adapted = this.#listeners.get(listener);
    if (adapted === undefined) return;
    this.off(name, adapted);
    this.#listeners.delete(listener);
  }
}
