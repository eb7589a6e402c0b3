import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { WorkerDeathError } from '../errors.js';
import { life } from '../shared/life.js';
import { Alarm } from '../wire/alarm.js';
import { compactResolver } from '../wire/compact.js';
import type { FromLane, ResolverName } from '../wire/frame.js';
import { readLines } from '../wire/output-lines.js';
import { RunningCell } from '../wire/running-cell.js';
import { cloneToThread, postShared, received } from '../wire/sharing.js';
import { startTimeout } from '../wire/start-timeout.js';
import { messageOf } from '../wire/told.js';
import { identityOf, type WorkerIdentity } from '../wire/worker-identity.js';
import type { WorkerEvents, WorkerOptions, WorkerPort } from '../wire/worker-port.js';
import { type LaneWorker, startLaneWorker } from './lane-worker.js';
import { loadThreads } from './threads.js';

/** What the worker exposes to threads.js. Everything else goes over the port (docs/decisions/0003-frames-on-a-message-port.md). */
export type LaneApi = {
  connect: (
    port: MessagePort,
    cell: SharedArrayBuffer,
    notes: SharedArrayBuffer,
    lane: number,
    resolver: ResolverName,
    identity: WorkerIdentity,
  ) => void;
};

/** Starts a worker thread. Frames may be posted at once: the port keeps them until the worker listens. */
export function startThread(options: WorkerOptions, events: WorkerEvents): WorkerPort {
  try {
    return new ThreadPort(options, events);
  } catch (error) {
    return unstarted(options, events, error);
  }
}

/**
 * A worker that there is none of: the machine gives no more threads, or the program may have none. It dies as others do, so that a
 * lane that cannot be replaced costs its items no more than one that dies.
 */
function unstarted(options: WorkerOptions, { onDeath }: WorkerEvents, cause: unknown): WorkerPort {
  const message = `${whoIs(options)} could not be started: ${messageOf(cause)}`;
  const death = new WorkerDeathError(message, {}, { cause });
  const gone = Promise.resolve().then(() => onDeath(death));
  return {
    identity: identityOf(options),
    pid: process.pid,
    posted: 0,
    post: () => {},
    clone: cloneToThread,
    running: () => 'none',
    stop: () => {},
    terminate: () => gone,
    kill: () => {},
    hold: () => {},
  };
}

function whoIs({ name, lane }: WorkerOptions): string {
  return `the worker ${name === undefined ? `of lane ${lane}` : `"${name}"`}`;
}

class ThreadPort implements WorkerPort {
  readonly identity: WorkerIdentity;
  readonly pid = process.pid;
  readonly #options: WorkerOptions;
  readonly #events: WorkerEvents;
  readonly #worker: LaneWorker;
  readonly #port: MessagePort;
  readonly #cell = new RunningCell();
  readonly #startAlarm = new Alarm();
  readonly #gone: Promise<void>;
  /** Why the worker ends; the first reason is the true one. */
  #why: unknown;
  #killed = false;
  #posted = 0;
  /** Frames that have come, those included that could not be read. */
  #came = 0;

  constructor(options: WorkerOptions, events: WorkerEvents) {
    this.#options = options;
    this.#events = events;
    this.identity = identityOf(options);
    const { resourceLimits, env, onOutput } = options;
    const { worker, compact } = startLaneWorker({
      name: this.identity.name,
      // A lane imports the script that declares its stages, and that may read its command line before it runs anything.
      argv: process.argv.slice(2),
      ...(resourceLimits && { resourceLimits }),
      ...(env && { env }),
      ...(onOutput && { stdout: true, stderr: true }),
    });
    this.#worker = worker;
    const printed =
      onOutput &&
      Promise.all(
        (['stdout', 'stderr'] as const).map((stream) => readLines(this.#worker[stream], (text) => onOutput({ stream, text }))),
      );
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (message) => this.#read(message));
    port1.on('messageerror', (error) => this.#miss(error));
    // Both before `spawn`, which hears neither.
    this.#worker.on('error', (error) => this.#blame(error));
    this.#gone = new Promise((resolve) => {
      port1.once('close', resolve);
    });
    this.#worker.once('exit', (exitCode) => {
      if (printed === undefined) this.#bury(exitCode);
      else void printed.then(() => this.#bury(exitCode));
    });
    this.#startAlarm.set(options.startTimeoutMs, () => void this.terminate(startTimeout(options)));
    this.#connect(port2, compact).catch((error) => this.terminate(error));
  }

  readonly post: WorkerPort['post'] = (frame, transfers) => {
    postShared((message) => this.#port.postMessage(message, transfers as ArrayBuffer[] | undefined), frame);
    this.#posted += 1;
    // After the frame: the lane reads what lies there when it sees the call.
    if (frame.kind === 'cancel' || frame.kind === 'drop') this.#cell.call();
  };
  readonly clone: WorkerPort['clone'] = cloneToThread;

  readonly running: WorkerPort['running'] = () => this.#cell.read() ?? 'none';
  readonly stop: WorkerPort['stop'] = () => this.#cell.stop();

  readonly terminate: WorkerPort['terminate'] = async (why) => {
    this.#blame(why);
    await this.#worker.terminate();
    await this.#gone;
  };

  readonly kill: WorkerPort['kill'] = (_signal, why) => {
    this.#killed = true;
    void this.terminate(why);
  };

  readonly hold: WorkerPort['hold'] = (holds) => {
    if (holds) {
      this.#worker.ref();
      this.#port.ref();
    } else {
      this.#worker.unref();
      this.#port.unref();
    }
  };

  get posted(): number {
    return this.#posted;
  }

  async #connect(port: MessagePort, compact: boolean): Promise<void> {
    const { spawn, Transfer } = loadThreads();
    const { lane } = this.#options;
    const resolver = compact ? compactResolver(this.#options.resolver) : this.#options.resolver;
    // The longest timer there is: the time to start is counted here, and `spawn` ends with the worker.
    const api = await spawn<LaneApi>(this.#worker as unknown as Parameters<typeof spawn>[0], { timeout: 2 ** 31 - 1 });
    const call = api.connect as unknown as ((...args: unknown[]) => PromiseLike<void>) | undefined;
    // A call into a worker that ends stays pending for ever: not awaited, `ready` is its answer. Without the method it has ended already.
    call?.(Transfer(port as never), this.#cell.buffer, life().buffer, lane, resolver, this.identity).then(undefined, (error) =>
      this.terminate(error),
    );
  }

  /** False when none waits. */
  #readNext(): boolean {
    let next: ReturnType<typeof receiveMessageOnPort>;
    try {
      next = receiveMessageOnPort(this.#port);
    } catch (error) {
      // It is taken from the port all the same.
      this.#miss(error);
      return true;
    }
    if (next !== undefined) this.#read(next.message);
    return next !== undefined;
  }

  #read(message: Parameters<typeof received<FromLane>>[0]): void {
    this.#came += 1;
    this.#receive(received(message));
  }

  #miss(error: unknown): void {
    this.#came += 1;
    this.#events.onUnread(this.#came, error);
  }

  #receive(frame: FromLane): void {
    if (frame.kind === 'ready' || frame.kind === 'unable') this.#startAlarm.clear();
    if (frame.kind === 'crashed') this.#blame(this.#options.thrown.decode(frame.error));
    else this.#events.onFrame(frame);
  }

  #blame(why: unknown): void {
    this.#why ??= why;
  }

  #bury(code: number): void {
    // A worker that is terminated before it runs says 0.
    const exitCode = this.#killed && code === 0 ? 1 : code;
    this.#startAlarm.clear();
    // What the worker sent before its end stands, although its exit may be heard first.
    while (this.#readNext());
    this.#port.close();
    const { lastStderrLine } = this.#worker;
    const why =
      this.#why instanceof Error ? `: ${this.#why.message}` : (lastStderrLine && `; it wrote last: ${lastStderrLine}`) || '';
    const message = `${whoIs(this.#options)} ended (exit code ${exitCode})${why}`;
    const cause = this.#why === undefined ? undefined : { cause: this.#why };
    this.#events.onDeath(new WorkerDeathError(message, { exitCode, lastStderrLine }, cause));
  }
}
