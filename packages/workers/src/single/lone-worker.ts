import { constants } from 'node:os';
import { pack, transfersOf, unpack } from '../codec/codec.js';
import { Brood } from '../entry/brood.js';
import type { LoneSpec } from '../entry/lone-task.js';
import type { TaskName } from '../entry/lookup/task-registry.js';
import { ClosedError, type MillraceError, TimeoutError, type WorkerDeathError } from '../errors.js';
import { Alarm } from '../wire/alarm.js';
import { copyOf } from '../wire/clone-fault.js';
import type { FromLane } from '../wire/frame.js';
import type { ThrownDecoder } from '../wire/remote-error.js';
import { settlesWithin } from '../wire/settles-within.js';
import { messageOf } from '../wire/told.js';
import { unreadFault } from '../wire/unread.js';
import type { WorkerEvents, WorkerPort } from '../wire/worker-port.js';
import type { LentEnds } from './lent-ends.js';
import type { WorkerHandle } from './worker-handle.js';

export interface LoneWorkerOptions {
  readonly name: string;
  readonly task: TaskName;
  readonly ends: LentEnds;
  readonly start: (events: WorkerEvents) => WorkerPort;
  readonly thrown: ThrownDecoder;
  readonly startTimeoutMs: number;
  readonly graceMs: number;
  readonly daemon: boolean;
}

type State =
  | { readonly kind: 'running' }
  /** The task is over. `cut`: its worker did not end by itself. */
  | { readonly kind: 'ending'; readonly exitCode: 0 | 1; readonly error: unknown; readonly cut: boolean }
  | { readonly kind: 'ended'; readonly exitCode: number };

type Reply = Extract<FromLane, { readonly kind: 'reply' }>;

/** One worker, from its start to its end, with the one task that it runs: a lane whose only job has one item. */
export class LoneWorker<R> implements WorkerHandle<R> {
  readonly result: Promise<R>;
  readonly #options: LoneWorkerOptions;
  readonly #port: WorkerPort;
  readonly #brood: Brood;
  readonly #ended: Promise<void>;
  readonly #alarm = new Alarm();
  #state: State = { kind: 'running' };
  #resolve!: (value: R) => void;
  #reject!: (error: unknown) => void;
  #end!: () => void;
  /** The first signal that it was sent. */
  #killed: NodeJS.Signals | undefined;
  /** Calls of `join` that wait. */
  #joining = 0;

  constructor(options: LoneWorkerOptions) {
    this.#options = options;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever does not look at it has `join` and the exit code.
    this.result.catch(() => {});
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#port = options.start({
      onFrame: (frame) => this.#receive(frame),
      onUnread: (_, error) => this.#fail(unreadFault('output', error)),
      onDeath: (death) => this.#bury(death),
    });
    this.#brood = new Brood(this.#port.pid);
    if (options.daemon) this.#port.hold(false);
    this.#send();
  }

  get name(): string {
    return this.#options.name;
  }

  get id(): number {
    return this.#port.identity.id;
  }

  get pid(): number | undefined {
    return this.#port.pid;
  }

  get alive(): boolean {
    return this.#state.kind !== 'ended';
  }

  get exitCode(): number | undefined {
    return this.#state.kind === 'ended' ? this.#state.exitCode : undefined;
  }

  readonly join = async (ms?: number): Promise<boolean> => {
    if (ms !== undefined && !(ms >= 0)) throw new RangeError(`join: the time must be a number of ms ≥ 0, got ${String(ms)}`);
    if (!this.alive) return true;
    this.#joining += 1;
    this.#port.hold(true);
    try {
      if (ms === undefined) await this.#ended;
      else await settlesWithin(this.#ended, ms);
    } finally {
      this.#joining -= 1;
      if (this.#joining === 0 && this.#options.daemon) this.#port.hold(false);
    }
    return !this.alive;
  };

  readonly terminate = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (!this.alive) return;
    if (this.#killed === undefined || (signal === 'SIGKILL' && this.#killed !== 'SIGKILL')) this.#kill(signal);
    await this.join();
  };

  readonly [Symbol.asyncDispose] = (): Promise<void> => this.terminate();

  readonly #killNow = (): void => {
    this.#kill('SIGKILL');
    this.#brood.kill();
  };

  #kill(signal: NodeJS.Signals): void {
    const { name, graceMs } = this.#options;
    this.#port.kill(signal, new ClosedError(`the worker "${name}" was terminated`));
    this.#killed = signal;
    if (signal === 'SIGKILL') this.#alarm.clear();
    else this.#alarm.set(graceMs, this.#killNow);
  }

  /** Unless it is being ended, which has a limit of its own. */
  #limit(ms: number, ring: () => void): void {
    if (this.#killed === undefined) this.#alarm.set(ms, ring);
  }

  /** Its port keeps the frames until it listens. */
  #send(): void {
    const { name, task, ends } = this.#options;
    const spec: LoneSpec = { task, ends: ends.give(name, this.#port) };
    this.#port.post({ kind: 'open', job: 1, spec, timeoutMs: undefined, transfer: false });
    try {
      const values = pack([ends.args]);
      const batch = { kind: 'batch', job: 1, batch: 1, values, refused: undefined, spare: 0, attempts: undefined } as const;
      this.#port.post(batch, transfersOf(values));
    } catch (error) {
      const copy = copyOf(ends.args, 'args', this.#port.clone);
      this.#cut(copy.kind === 'fault' ? copy.fault : error);
    }
  }

  #receive(frame: FromLane): void {
    const { startTimeoutMs, thrown, ends } = this.#options;
    if (frame.kind === 'channel') ends.receive(frame);
    else if (frame.kind === 'child') this.#brood.hear(frame);
    else if (frame.kind === 'closed') this.#letExit();
    // The time to start counts until the worker is ready, and again from here.
    else if (this.#state.kind !== 'running') return;
    else if (frame.kind === 'opening') this.#limit(startTimeoutMs, () => this.#cut(this.#loadTimeout()));
    else if (frame.kind === 'opened') this.#loaded();
    else if (frame.kind === 'refused' || frame.kind === 'unable') this.#settle(thrown.decode(frame.error));
    else if (frame.kind === 'unread') this.#settle(unreadFault('args', thrown.decode(frame.error)));
    else if (frame.kind === 'reply') this.#hear(frame);
  }

  #loaded(): void {
    if (this.#killed === undefined) this.#alarm.clear();
  }

  #hear({ values, failures }: Reply): void {
    const failure = failures?.[0];
    if (failure !== undefined) this.#settle(this.#options.thrown.decode(failure.error));
    else {
      // What the task gives is of its type: the compiler has seen it where the task was declared.
      this.#resolve(unpack(values)[0] as R);
      this.#close({ kind: 'ending', exitCode: 0, error: undefined, cut: false });
    }
  }

  #fail(error: unknown): void {
    if (this.#state.kind === 'running') this.#settle(error);
  }

  /** The task has failed. */
  #settle(error: unknown): void {
    this.#reject(error);
    this.#close({ kind: 'ending', exitCode: 1, error, cut: false });
  }

  /** The task cannot begin. */
  #cut(error: unknown): void {
    this.#reject(error);
    this.#state = { kind: 'ending', exitCode: 1, error, cut: true };
    void this.#port.terminate(error);
  }

  /** The worker lets what it printed arrive, then ends by itself, so that its exit listeners run. */
  #close(state: Extract<State, { readonly kind: 'ending' }>): void {
    const { graceMs } = this.#options;
    this.#state = state;
    this.#port.post({ kind: 'close', reason: undefined, graceMs });
    this.#limit(graceMs, () => {
      this.#state = { ...state, cut: true };
      void this.#port.terminate();
    });
  }

  #letExit(): void {
    if (this.#state.kind !== 'ending') return;
    this.#port.post({ kind: 'exit', exitCode: this.#state.exitCode === 0 ? undefined : 1 });
  }

  #bury(death: WorkerDeathError): void {
    const state = this.#state;
    this.#alarm.clear();
    this.#brood.end();
    if (state.kind === 'running') this.#reject(death);
    const exitCode = state.kind === 'ending' && state.cut ? state.exitCode : exitCodeOf(death);
    this.#state = { kind: 'ended', exitCode };
    this.#options.ends.end(state.kind === 'ending' ? this.#failureOf(state) : death);
    this.#end();
  }

  #failureOf({ exitCode, error: cause }: Extract<State, { readonly kind: 'ending' }>): MillraceError | undefined {
    if (exitCode === 0) return undefined;
    const why = messageOf(cause);
    return new ClosedError(`the worker "${this.name}" failed before it closed its end: ${why}`, { cause });
  }

  #loadTimeout(): TimeoutError {
    const { name, task, startTimeoutMs } = this.#options;
    return new TimeoutError(
      `the worker "${name}" has not loaded its task "${task.name}" after ${startTimeoutMs} ms; does ${task.module} wait for something at its top level? Else raise startTimeoutMs`,
    );
  }
}

/** As Python tells it: the negative number of a signal. A worker that could not be started has no code of its own: 1. */
function exitCodeOf({ exitCode, signal }: WorkerDeathError): number {
  if (signal === undefined) return exitCode ?? 1;
  return -(constants.signals[signal as NodeJS.Signals] ?? 1);
}
