import type { TaskName } from '@millrace/workers';
import { PlanError } from '../../errors.js';
import type { AnyTask, TaskBody } from '../declaration.js';

/** Whether it has come from `task(...)` of `@millrace/workers`, in whichever copy of that package. */
export function isNamedTask(value: unknown): value is TaskName {
  if (typeof value !== 'object' || value === null) return false;
  const { module, name, from } = value as Partial<TaskName>;
  return typeof module === 'string' && typeof name === 'string' && (from === 'declared' || from === 'exported');
}

/**
 * The body of a stage whose task is an export of another module. The module is imported where the stage runs, as it is opened there.
 *
 * @throws PlanError for a task that was declared for pools, which is told other things than a stage
 */
export function namedTaskBody(stage: string, { module, name, from }: TaskName): TaskBody {
  if (from === 'declared') {
    throw new PlanError(
      `stage "${stage}": task "${name}" was declared for pools by task(import.meta, "${name}", fn): give the stage its function, ` +
        `or name one that a module exports, task(new URL("./file.js", import.meta.url), "${name}")`,
    );
  }
  let run: AnyTask | undefined;
  return {
    kind: 'task',
    module,
    task: (item, context) => run!(item, context),
    load: async (find) => {
      try {
        run = (await find({ module, name, from })) as AnyTask;
      } catch (cause) {
        throw new PlanError(`stage "${stage}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
    },
  };
}
