import { TimeoutError } from '@millrace/workers';
import type { Resource } from '../../lane/index.js';
import type { Executor, Work } from '../executor.js';
import type { StageFigures } from '../measure/figures.js';
import { within } from '../release.js';
import type { LoopExecutor } from './loop-executor.js';

export interface ResourceExecutorOptions {
  readonly stage: string;
  /** Aborts when nobody waits for the resource any more. */
  readonly signal: AbortSignal;
  /** Makes the resource; called once, when the first item is there. */
  readonly open: () => Promise<Resource>;
  /** Makes the executor of the tasks that have it. */
  readonly executor: (resource: unknown, work: Work) => LoopExecutor;
  /** Time for `open`, in ms. */
  readonly startTimeoutMs: number;
  /** Time for tasks to settle before the resource is closed, and for that, in ms. */
  readonly graceMs: number;
}

type State =
  | { readonly kind: 'unopened' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly executor: LoopExecutor }
  /** Stopped before it was open, or it could not be opened. */
  | { readonly kind: 'over' };

/** Tasks on the main thread that share one resource: made before the first of them, closed after the last. */
export class ResourceExecutor implements Executor {
  readonly lanes = [];
  readonly #work: Work;
  readonly #options: ResourceExecutorOptions;
  #state: State = { kind: 'unopened' };
  /** Admitted to find that there is an item; -1 once it was handed on. */
  #first = -1;
  #opening: Promise<Resource> | undefined;
  #closing: Promise<readonly unknown[]> | undefined;

  constructor(work: Work, options: ResourceExecutorOptions) {
    this.#work = work;
    this.#options = options;
  }

  get running(): number {
    if (this.#state.kind === 'opening') return 1;
    return this.#state.kind === 'open' ? this.#state.executor.running : 0;
  }

  get load(): number {
    if (this.#state.kind === 'opening') return 1;
    return this.#state.kind === 'open' ? this.#state.executor.load : 0;
  }

  get figures(): StageFigures {
    return this.#state.kind === 'open' ? this.#state.executor.figures : {};
  }

  readonly advance = (): void => {
    if (this.#state.kind === 'open') this.#state.executor.advance();
    if (this.#state.kind !== 'unopened') return;
    this.#first = this.#work.admit();
    if (this.#first >= 0) void this.#open();
  };

  readonly stop = (): void => {
    if (this.#state.kind === 'open') this.#state.executor.stop();
    else this.#state = { kind: 'over' };
  };

  readonly close = (): Promise<readonly unknown[]> => {
    this.#closing ??= this.#close();
    return this.#closing;
  };

  async #open(): Promise<void> {
    const { open, executor, startTimeoutMs, stage, signal } = this.#options;
    this.#state = { kind: 'opening' };
    this.#opening = open();
    try {
      if (!(await within(startTimeoutMs, this.#opening, signal))) {
        if (signal.aborted) return;
        throw new TimeoutError(
          `the setup of stage "${stage}" did not finish within ${startTimeoutMs} ms; if it needs longer, raise startTimeoutMs`,
        );
      }
      const { value } = await this.#opening;
      if (this.#state.kind !== 'opening') return;
      this.#state = { kind: 'open', executor: executor(value, { ...this.#work, admit: this.#admit }) };
      this.#work.wake();
    } catch (error) {
      if (this.#state.kind !== 'opening') return;
      this.#state = { kind: 'over' };
      this.#work.broken(error);
    }
  }

  readonly #admit = (): number => {
    const first = this.#first;
    this.#first = -1;
    return first >= 0 ? first : this.#work.admit();
  };

  /** Also of a resource that comes when nobody waits for it any more. */
  async #close(): Promise<readonly unknown[]> {
    let resource: Resource | undefined;
    try {
      resource = await this.#opening;
    } catch {
      // Nothing was acquired, and the run knows why.
    }
    if (resource === undefined) return [];
    const { graceMs, stage } = this.#options;
    if (this.#state.kind === 'open') await within(graceMs, this.#state.executor.whenIdle());
    try {
      if (await within(graceMs, resource.close())) return [];
      return [
        new TimeoutError(`the teardown of stage "${stage}" did not finish within ${graceMs} ms; nobody waits for it any more`),
      ];
    } catch (error) {
      return [error];
    }
  }
}
