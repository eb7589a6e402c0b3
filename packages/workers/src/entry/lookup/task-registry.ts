import { MillraceError } from '../../errors.js';

/** A task cannot be declared, found or loaded, or the resource of its lane cannot be had. `cause` is what was thrown below. */
export class TaskError extends MillraceError {
  /** Always `ERR_TASK`. */
  readonly code = 'ERR_TASK';
}

/** What a task is told beside its item. */
export interface TaskContext<Resource = unknown> {
  /** Aborts when the call is given up, has timed out, or the pool is cancelled; a synchronous task cannot see it. */
  readonly signal: AbortSignal;
  /** Which attempt this is, from 1. An item that is run again because another one ended its worker is still at its first. */
  readonly attempt: number;
  /** Lane number, from 0. */
  readonly worker: number;
  /** Name of the task. */
  readonly task: string;
  /** What the `setup` of the pool gave in this lane; undefined without one. */
  readonly resource: Resource;
}

/** The function behind a task, whatever its types. */
export type TaskFunction = (item: never, context: TaskContext<never>) => unknown;

/** How a task is named across threads. */
export interface TaskName {
  /** URL of the module, by which a worker imports it. */
  readonly module: string;
  /** As it was declared, or the name of the export. */
  readonly name: string;
  /** Whether the module declared it by `task(import.meta, …)`, or exports it. */
  readonly from: 'declared' | 'exported';
}

type ByName = Map<string, TaskFunction>;
type ByModule = Map<string, ByName>;

// One registry for all copies of the package in a thread: a bundle that brings its own copy still meets the lane's.
const key = Symbol.for('millrace.tasks');
const realm = globalThis as { [key]?: ByModule };

/** @throws TaskError for a second one of that name in one module */
export function registerTask(module: string, name: string, run: TaskFunction): void {
  realm[key] ??= new Map();
  const names: ByName = realm[key].get(module) ?? new Map();
  if (names.has(name)) {
    throw new TaskError(
      `task "${name}" is declared twice in ${module}: a worker finds it by module and name, so rename one of them`,
    );
  }
  realm[key].set(module, names.set(name, run));
}

export function registeredTask(module: string, name: string): TaskFunction | undefined {
  return realm[key]?.get(module)?.get(name);
}

/** Names that a module has declared so far, in that order. */
export function registeredNames(module: string): readonly string[] {
  return [...(realm[key]?.get(module)?.keys() ?? [])];
}
