import type { EndKind } from '../ends/lending.js';
import { PipeEnd } from '../ends/pipe.js';
import { QueueEnd } from '../ends/process-queue.js';
import { ownExchange } from './exchange.js';
import type { ResolveLaneJob } from './lane-job.js';
import { TaskLane } from './lookup/task-lane.js';
import { findInLane } from './lookup/task-lookup.js';
import type { TaskName } from './lookup/task-registry.js';

/** An end of a pipe or queue among the arguments of a worker's task. */
export interface EndPlace {
  /** Member of the argument that it is; undefined: it is the argument itself. */
  readonly key: string | undefined;
  readonly kind: EndKind;
  /** One for each of its stores. */
  readonly channels: readonly number[];
}

/** The job of a worker that runs one task once. */
export interface LoneSpec {
  readonly task: TaskName;
  readonly ends: readonly EndPlace[];
}

/** The resolver of workers that run one task once. */
export const resolveLone: ResolveLaneJob = async (spec, { worker }) => {
  const { task, ends } = spec as LoneSpec;
  const job = await new TaskLane(worker, findInLane).resolve({ task, setup: undefined, teardown: undefined });
  return { ...job, run: (args, context) => job.run(withEnds(args, ends), context) };
};

function withEnds(args: unknown, ends: readonly EndPlace[]): unknown {
  let whole = args;
  for (const place of ends) {
    // The argument has come with a gap there, and is a plain object or an array.
    if (place.key === undefined) whole = endOf(place);
    else (whole as Record<string, unknown>)[place.key] = endOf(place);
  }
  return whole;
}

function endOf({ kind, channels }: EndPlace): unknown {
  const [first, second] = channels.map((channel) => ownExchange().store(channel));
  return kind === 'connection' ? new PipeEnd(first!, second!) : new QueueEnd(first!);
}
