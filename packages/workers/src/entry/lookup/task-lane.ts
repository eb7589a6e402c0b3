import { Emissions, type LaneContext, type TaskLaneJob } from '../lane-job.js';
import { type TaskContext, TaskError, type TaskFunction, type TaskName } from './task-registry.js';

/** The job of a pool of tasks, as a lane is told of it. */
export interface TaskSpec {
  readonly task: TaskName;
  readonly setup: TaskName | undefined;
  readonly teardown: TaskName | undefined;
}

interface Acquired {
  readonly resource: Promise<unknown>;
  /** Jobs that use it. */
  users: number;
}

/** One lane of a pool of tasks, from the inside: finds its tasks, and holds the resource that they share. */
export class TaskLane {
  readonly #find: (name: TaskName) => Promise<TaskFunction>;
  readonly #worker: number;
  #acquired: Acquired | undefined;
  /** Settles when nothing is being torn down. */
  #released: Promise<unknown> = Promise.resolve();

  constructor(worker: number, find: (name: TaskName) => Promise<TaskFunction>) {
    this.#worker = worker;
    this.#find = find;
  }

  /** @throws TaskError when the task cannot be found or the resource cannot be had */
  async resolve({ task, setup, teardown }: TaskSpec): Promise<TaskLaneJob> {
    const run = await this.#find(task);
    const close = await this.#findTeardown(teardown);
    const resource = setup === undefined ? undefined : await this.#acquire(setup);
    let context: ItemContext | undefined;
    return {
      kind: 'task',
      run: (item, lane) => {
        if (context?.lane !== lane) context = new ItemContext(lane, task.name, resource as never);
        return oneValue(run(item as never, context), task.name);
      },
      ...(setup !== undefined && { close: () => this.#release(close) }),
    };
  }

  async #findTeardown(name: TaskName | undefined): Promise<((resource: unknown) => unknown) | undefined> {
    if (name === undefined) return undefined;
    const run = await this.#find(name);
    return async (resource) => {
      try {
        await run(resource as never, this.#contextOf(name, resource));
      } catch (cause) {
        throw new TaskError(`teardown "${name.name}" failed in lane ${this.#worker}: ${textOf(cause)}`, { cause });
      }
    };
  }

  async #acquire(setup: TaskName): Promise<unknown> {
    this.#acquired ??= { resource: this.#setUp(setup), users: 0 };
    const acquired = this.#acquired;
    acquired.users += 1;
    try {
      return await acquired.resource;
    } catch (cause) {
      // The next job tries again.
      if (this.#acquired === acquired) this.#acquired = undefined;
      throw new TaskError(`setup "${setup.name}" failed in lane ${this.#worker}: ${textOf(cause)}`, { cause });
    }
  }

  async #setUp(setup: TaskName): Promise<unknown> {
    const run = await this.#find(setup);
    await this.#released;
    return run(undefined as never, this.#contextOf(setup, undefined));
  }

  /** The last job of the lane gives the resource back. */
  async #release(close: ((resource: unknown) => unknown) | undefined): Promise<void> {
    const acquired = this.#acquired;
    if (acquired === undefined || --acquired.users > 0) return;
    this.#acquired = undefined;
    if (close === undefined) return;
    const released = acquired.resource.then(close);
    this.#released = released.catch(() => undefined);
    await released;
  }

  #contextOf({ name }: TaskName, resource: unknown): TaskContext<never> {
    return { signal: new AbortController().signal, attempt: 1, worker: this.#worker, task: name, resource: resource as never };
  }
}

/** Looks through to the context of the lane, whose signal is made only when somebody asks for it. */
class ItemContext implements TaskContext<never> {
  readonly lane: LaneContext;
  readonly task: string;
  /** Of whatever type its task takes it to be. */
  readonly resource: never;

  constructor(lane: LaneContext, task: string, resource: never) {
    this.lane = lane;
    this.task = task;
    this.resource = resource;
  }

  get signal(): AbortSignal {
    return this.lane.signal;
  }

  get attempt(): number {
    return this.lane.attempt;
  }

  get worker(): number {
    return this.lane.worker;
  }
}

/** Iterators of generators cannot be copied anyway; told in these words it can be mended. */
function oneValue(result: unknown, task: string): unknown {
  if (typeof result !== 'object' || result === null) return result;
  const tag = tagOf(result);
  if (tag === 'Promise' && result instanceof Promise) return result.then((value) => oneValue(value, task));
  if (tag === 'Generator' || tag === 'AsyncGenerator' || result instanceof Emissions) {
    throw new TypeError(
      `task "${task}" gave a generator; a task of a pool gives one value: return an array, such as [...values], or use a stage of a pipeline, which takes many`,
    );
  }
  return result;
}

/** A getter or a proxy may throw: then it is a value, which fails when it is sent. */
function tagOf(value: object): unknown {
  try {
    return (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  } catch {
    return undefined;
  }
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'it threw something that is no error';
}
