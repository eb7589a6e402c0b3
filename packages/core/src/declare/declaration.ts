import type { TaskName } from '@millrace/workers';
import type { OperatorFunction } from 'rxjs';
import type { TaskContext } from './context.js';
import type { DeadLetter } from './dead-letter.js';
import type { BatchOptions, InlineOptions, SinkOptions, StageOptions } from './options/limits.js';
import type { Sink } from './sink.js';
import type { Source } from './source.js';
import type { Tolerance } from './tolerance.js';

/** A task with its types erased: the one place where an item meets a task is behind this type. */
export type AnyTask = (item: unknown, context: TaskContext) => unknown;

/** A chain of RxJS operators as one function, types erased. */
export type AnyOperator = OperatorFunction<unknown, unknown>;

/** What a stage does with its items. */
export type StageBody = TaskBody | OperatorsBody;

export interface TaskBody {
  readonly kind: 'task';
  readonly task: AnyTask;
  /** Of a task that is named by its module: finds the function, before `task` is first called. Rejects with a PlanError. */
  readonly load?: (find: FindTask) => Promise<void>;
  /** That module. */
  readonly module?: string;
}

/** From the name of a task to its function: in a lane, or on the main thread. */
type FindTask = (name: TaskName) => Promise<(...args: never) => unknown>;

export interface OperatorsBody {
  readonly kind: 'operators';
  readonly operators: readonly AnyOperator[];
  /** `sync`: each output belongs to the input being fed. Undefined: outputs have no known ancestor. */
  readonly lineage?: 'sync' | undefined;
}

/** A step between source and sink; pure data and functions, nothing runs. Options hold what the user set; the planner resolves defaults. */
export type StageDeclaration =
  | { readonly kind: 'io' | 'cpu'; readonly name: string; readonly body: StageBody; readonly options: StageOptions }
  | {
      readonly kind: 'inline';
      readonly name: string;
      readonly body: OperatorsBody;
      readonly options: InlineOptions;
    }
  | {
      readonly kind: 'batch';
      readonly name: string;
      readonly body: { readonly kind: 'batch' };
      readonly options: BatchOptions;
    };

/** A stage that a user tagged. */
export type TaggedStage = Extract<StageDeclaration, { kind: 'io' | 'cpu' }>;

/** Where a flow starts. Iterables and functions are taken apart when the run opens them. */
export type SourceDeclaration =
  | { readonly kind: 'connector'; readonly name: string; readonly source: Source<unknown> }
  | {
      readonly kind: 'iterable';
      readonly name: string;
      readonly iterable: Iterable<unknown> | AsyncIterable<unknown>;
      readonly oneShot: boolean;
    }
  | { readonly kind: 'function'; readonly name: string; readonly make: () => unknown };

export interface SinkDeclaration {
  readonly name: string;
  readonly sink: Sink<unknown>;
  readonly options: SinkOptions;
}

/** What becomes of items that fail for good, in the whole flow. */
export interface ErrorPolicy {
  /** Where items go that fail for good in a stage with `onError: 'deadLetter'`. */
  readonly deadLetters?: Sink<DeadLetter> | undefined;
  /** Items that may be skipped and dead-lettered in all; undefined: any number. */
  readonly maxErrors?: Tolerance | undefined;
}

/** One way on from a route or a tee. */
interface BranchDeclaration {
  /** Undefined where the flow itself goes on. */
  readonly name: string | undefined;
  /** Whether the branch takes an item; absent where every item is meant. */
  readonly takes?: ((item: unknown) => boolean) | undefined;
}

/** A place where a flow parts or joins. */
export type JunctionDeclaration =
  /** Gives each item to the first branch that takes it. */
  | { readonly kind: 'route'; readonly name: string; readonly branches: readonly BranchDeclaration[] }
  /** Gives each item, the same object, to all branches. */
  | { readonly kind: 'tee'; readonly name: string; readonly branches: readonly BranchDeclaration[] }
  /** Takes from its inputs in turns. */
  | { readonly kind: 'merge'; readonly name: string };

/** Where something stands in the graph, by names. */
export interface PlaceDeclaration {
  readonly name: string;
  /** What its items come from, one for each queue before it; empty for sources. */
  readonly from: readonly string[];
  /** What its items go to; of routes and tees one for each branch, in order. */
  readonly to: readonly string[];
}

/**
 * All that a flow says: what stands in it, by kind, and how that is joined. Names are unique. Each list is in the order of `places`, which
 * is one in which nothing comes before what feeds it.
 */
export interface FlowDeclaration extends ErrorPolicy {
  readonly sources: readonly SourceDeclaration[];
  /** What lanes look up by name. */
  readonly stages: readonly StageDeclaration[];
  readonly junctions: readonly JunctionDeclaration[];
  readonly sinks: readonly SinkDeclaration[];
  /** Name of the open end; undefined when all ends are sinks. */
  readonly output: string | undefined;
  readonly places: readonly PlaceDeclaration[];
}
