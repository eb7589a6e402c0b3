import { isMainThread } from 'node:worker_threads';
import { WorkerDeathError } from '../errors.js';
import { Alarm } from '../wire/alarm.js';
import { readClone, writeClone } from '../wire/by-value.js';
import { compactEntry, compactResolver } from '../wire/compact.js';
import type { FromLane } from '../wire/frame.js';
import type { Running } from '../wire/running-cell.js';
import { startTimeout } from '../wire/start-timeout.js';
import { identityOf, type WorkerIdentity } from '../wire/worker-identity.js';
import type { WorkerEvents, WorkerOptions, WorkerPort } from '../wire/worker-port.js';
import { frameBytes } from './frame-bytes.js';
import { type Exit, LaneProcess } from './lane-process.js';

/** Starts a child process. Frames may be posted at once: its pipe keeps them until it listens. */
export function startProcess(options: WorkerOptions, events: WorkerEvents): WorkerPort {
  return new ProcessPort(options, events);
}

class ProcessPort implements WorkerPort {
  readonly identity: WorkerIdentity;
  readonly #options: WorkerOptions;
  readonly #events: WorkerEvents;
  readonly #process: LaneProcess;
  readonly #startAlarm = new Alarm();
  #running: Running | 'none' = 'none';
  #posted = 0;
  /** Why the worker ends; the first reason is the true one. */
  #why: unknown;

  constructor(options: WorkerOptions, events: WorkerEvents) {
    this.#options = options;
    this.#events = events;
    this.identity = identityOf(options);
    this.#process = new LaneProcess(options, {
      onFrame: (frame) => this.#receive(frame),
      onUnread: events.onUnread,
      onUnreadable: (error) => void this.terminate(error),
    });
    void this.#process.exit.then((exit) => this.#bury(exit));
    const { lane, resolver, startTimeoutMs } = options;
    this.#startAlarm.set(startTimeoutMs, () => void this.terminate(startTimeout(options)));
    const found = compactEntry('process-main') === undefined ? resolver : compactResolver(resolver);
    const heedsTerm = isLone(options) || process.listenerCount('SIGTERM') === 0;
    this.#send(
      frameBytes({ kind: 'start', lane, resolver: found, identity: this.identity, heedsTerm, watchesPool: !isMainThread }),
    );
  }

  /** What would be moved to a thread is copied. */
  readonly post: WorkerPort['post'] = (frame) => this.#send(frameBytes(frame));
  readonly clone: WorkerPort['clone'] = (value) => readClone(writeClone(value));
  readonly running: WorkerPort['running'] = () => this.#running;
  /** It shares no memory: the close frame that follows tells it, once its event loop turns. */
  readonly stop: WorkerPort['stop'] = () => {};

  readonly terminate: WorkerPort['terminate'] = async (why) => {
    this.#why ??= why;
    this.#process.kill();
    await this.#process.exit;
  };

  readonly kill: WorkerPort['kill'] = (signal, why) => {
    this.#why ??= why;
    this.#process.kill(signal);
  };

  readonly hold: WorkerPort['hold'] = (holds) => this.#process.hold(holds);

  get posted(): number {
    return this.#posted;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  #send(parts: readonly Uint8Array[]): void {
    this.#process.send(parts);
    this.#posted += 1;
  }

  #receive(frame: FromLane): void {
    if (frame.kind === 'ready' || frame.kind === 'unable') this.#startAlarm.clear();
    if (frame.kind === 'running') this.#running = frame.running ?? 'none';
    else if (frame.kind === 'crashed') this.#why ??= this.#options.thrown.decode(frame.error);
    else this.#events.onFrame(frame);
  }

  #bury(exit: Exit): void {
    this.#startAlarm.clear();
    const { lastStderrLine, pid } = this.#process;
    const { name, lane } = this.#options;
    const who = `the worker process ${name === undefined ? `of lane ${lane}` : `"${name}"`}${pid === undefined ? '' : ` (pid ${pid})`}`;
    const why =
      this.#why instanceof Error ? `: ${this.#why.message}` : (lastStderrLine && `; it wrote last: ${lastStderrLine}`) || '';
    const cause = this.#why ?? (exit.kind === 'unstarted' ? exit.error : undefined);
    const death = {
      exitCode: exit.kind === 'exited' ? exit.exitCode : undefined,
      signal: exit.kind === 'signalled' ? exit.signal : undefined,
      lastStderrLine,
    };
    const message = `${who} ${told(exit)}${why}`;
    this.#events.onDeath(new WorkerDeathError(message, death, cause === undefined ? undefined : { cause }));
  }
}

/** By its name, which lanes of pools have of their number. It is ended by SIGTERM; they are not. */
function isLone({ name }: WorkerOptions): boolean {
  return name !== undefined;
}

function told(exit: Exit): string {
  switch (exit.kind) {
    case 'exited':
      return `exited with code ${exit.exitCode}`;
    case 'signalled':
      return `was ended by ${exit.signal}`;
    case 'unstarted':
      return `could not be started: ${exit.error.message}`;
  }
}
