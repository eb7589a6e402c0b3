import type { OperatorFunction } from 'rxjs';
import type { TaskContext } from './context.js';
import type { DeadLetter } from './dead-letter.js';
import type { BatchOptions, InlineOptions, SinkOptions, StageOptions } from './limits.js';
import type { Sink } from './sink.js';
import type { Source } from './source.js';
import type { Tolerance } from './tolerance.js';

/** A task with its types erased: the one place where an item meets a task is behind this type. */
export type AnyTask = (item: unknown, context: TaskContext) => unknown;

/** A chain of RxJS operators as one function, types erased. */
export type AnyOperator = OperatorFunction<unknown, unknown>;

/** What a stage does with its items. */
export type StageBody = { readonly kind: 'task'; readonly task: AnyTask } | OperatorsBody;

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

/** All that a flow says. `sink` is undefined while the flow is open. */
export interface FlowDeclaration {
  readonly source: SourceDeclaration;
  readonly stages: readonly StageDeclaration[];
  readonly sink: SinkDeclaration | undefined;
  /** Where items go that fail for good in a stage with `onError: 'deadLetter'`. */
  readonly deadLetters?: Sink<DeadLetter> | undefined;
  /** Items that may be skipped and dead-lettered in all; undefined: any number. */
  readonly maxErrors?: Tolerance | undefined;
}
