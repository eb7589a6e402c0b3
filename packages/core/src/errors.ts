import { inspect } from 'node:util';
// Not all of that package, which a lane would be long in loading.
import { MillraceError } from '@millrace/workers/internal/lane';
import { isInstance } from './is-instance.js';

/**
 * A declaration or plan cannot stand: wrong option, duplicate name, a stage that a worker does not find. The message says how to mend it.
 * Thrown by the call that declares, plans or starts; what only a worker can see rejects the run.
 */
export class PlanError extends MillraceError {
  /** Stable, for programs. */
  readonly code = 'ERR_PLAN';
}

/** Where a run failed. */
export interface StageFailure {
  /** Name of the stage, as plans and reports have it. */
  readonly stage: string;
  /** 0-based ordinal of the source item that the failed one descends from; undefined beyond a lineage barrier and where no item is to blame. */
  readonly position: number | undefined;
  /** Where that item comes from, in the connector's words: `orders.csv:17:1`. */
  readonly origin: string | undefined;
  /** Which attempt failed, from 1. */
  readonly attempt: number;
  /** Names of the sinks that had committed by then, one after the other; absent when none had. */
  readonly committed?: readonly string[] | undefined;
}

/**
 * A stage failed and with it the run. `cause` is the original error, whatever was thrown: of a task its last attempt's, a `TimeoutError`
 * after `timeoutMs`, a `CloneError`, the `WorkerDeathError` of its lane. Nothing was committed, unless `committed` names sinks.
 *
 * @example
 * ```ts
 * import { flow, io, StageError } from '@millrace/core';
 *
 * const parsed = flow(['{"id":1}', '{']).pipe(io('parse', (line: string) => JSON.parse(line) as unknown));
 * try {
 *   await parsed.toArray();
 * } catch (error) {
 *   if (error instanceof StageError) console.log(error.stage, error.position, error.cause); // parse 1 SyntaxError …
 * }
 * ```
 */
export class StageError extends MillraceError implements StageFailure {
  /** Stable, for programs; `ERR_TOO_MANY_ERRORS` is that of a `TooManyErrorsError`. */
  readonly code: 'ERR_STAGE' | 'ERR_TOO_MANY_ERRORS' = 'ERR_STAGE';
  readonly stage: string;
  readonly position: number | undefined;
  readonly origin: string | undefined;
  readonly attempt: number;
  readonly committed: readonly string[] | undefined;

  constructor(failure: StageFailure, cause: unknown, message = describe(failure, cause)) {
    super(message, { cause });
    this.stage = failure.stage;
    this.position = failure.position;
    this.origin = failure.origin;
    this.attempt = failure.attempt;
    this.committed = failure.committed;
  }
}

/**
 * More items were skipped and dead-lettered than `maxErrors` allows. `stage`, `position`, `origin`, `attempt` and `cause` are those of the
 * last one.
 */
export class TooManyErrorsError extends StageError {
  /** Stable, for programs. */
  override readonly code = 'ERR_TOO_MANY_ERRORS';
  /** Items skipped and dead-lettered, of all stages together. */
  readonly errors: number;
  /** Items read from the sources by then. */
  readonly read: number;
  /** What the flow's option `maxErrors` allows: a count, or a share such as `1%`. */
  readonly maxErrors: number | string;

  constructor(
    last: StageFailure,
    cause: unknown,
    { errors, read, maxErrors }: Pick<TooManyErrorsError, 'errors' | 'read' | 'maxErrors'>,
  ) {
    super(
      last,
      cause,
      `${errors} of ${read} items read went wrong, and maxErrors is ${maxErrors}; the last: ${describe(last, cause)}`,
    );
    this.errors = errors;
    this.read = read;
    this.maxErrors = maxErrors;
  }
}

function describe({ stage, position, origin, committed = [] }: StageFailure, cause: unknown): string {
  const at = origin ?? (position === undefined ? undefined : `item ${position}`);
  const stays = committed.length === 0 ? '' : `; committed before: ${committed.map((name) => `"${name}"`).join(', ')}`;
  return `stage "${stage}" failed${at === undefined ? '' : ` at ${at}`}: ${whyOf(cause, at)}${stays}`;
}

/** Never throws: what was thrown is the user's, with all of its members, and a failure that cannot be told would hang its run. */
function whyOf(cause: unknown, at: string | undefined): string {
  try {
    if (isInstance(cause, Error)) return `${String(cause.name)}: ${withoutPlace(String(cause.message), at)}`;
  } catch {
    // A name that is no text, or a getter that throws.
  }
  return `thrown value ${thrownText(cause)}`;
}

/** Messages of connectors begin with the place, for those who see them alone. */
function withoutPlace(message: string, at: string | undefined): string {
  return at !== undefined && message.startsWith(`${at}: `) ? message.slice(at.length + 2) : message;
}

/** Objects are not asked for their text: they may have none. */
function thrownText(thrown: unknown): string {
  if (typeof thrown !== 'object' && typeof thrown !== 'function') return String(thrown);
  try {
    return inspect(thrown, { depth: 0, breakLength: Infinity, customInspect: false });
  } catch {
    return `of type ${typeof thrown}`;
  }
}

/**
 * The run was cancelled: by `cancel(reason)`, by the `signal` of its options, by the deadline of a drain, or by leaving an
 * `await using`. `cause` is the reason that was given, undefined without one. Nothing was committed, unless `report.commits` names sinks.
 */
export class CancelledError extends MillraceError {
  /** Stable, for programs. */
  readonly code = 'ERR_CANCELLED';
}

/**
 * A run waits, and nothing is left that could bring what it waits for: no timer, socket, file, worker or child process. A promise in the
 * code of the pipeline never settles, or waits on something that was unref'd. The message names the stages that hold items. Nothing was committed,
 * unless `report.commits` names sinks.
 *
 * @example
 * ```ts
 * import { flow, io, UnsettledError } from '@millrace/core';
 *
 * const waits = flow(['a', 'b']).pipe(io('wait', () => new Promise<string>(() => {})));
 * try {
 *   await waits.toArray();
 * } catch (error) {
 *   if (error instanceof UnsettledError) console.log(error.message); // the run can never end, … stage "wait" holds 2 items …
 * }
 * ```
 */
export class UnsettledError extends MillraceError {
  /** Stable, for programs. */
  readonly code = 'ERR_UNSETTLED';
}

/**
 * An operator stage emitted more than it may hold (`maxHeld`) while the next stage was full: a chain of operators cannot be paused, so more
 * would be memory without a bound. The run's `StageError` has it as its `cause`.
 */
export class StallError extends MillraceError {
  /** Stable, for programs. */
  readonly code = 'ERR_STALL';
  /** Name of the stage that holds them. */
  readonly stage: string;
  /** Items fed into the stage so far. */
  readonly in: number;
  /** Items the next stage has taken so far. */
  readonly out: number;
  /** Items emitted and not yet taken. */
  readonly held: number;

  constructor(
    stage: string,
    counts: { in: number; out: number; held: number },
    advice = 'raise maxHeld, or let the chain emit fewer at a time',
  ) {
    super(
      `stage "${stage}" holds ${counts.held} outputs that the next stage has no room for (${counts.in} in, ${counts.out} out): ${advice}`,
    );
    this.stage = stage;
    this.in = counts.in;
    this.out = counts.out;
    this.held = counts.held;
  }
}

/** An operator stage with `key` met one key more than it may know (`maxKeys`). The run's `StageError` has it as its `cause`. */
export class TooManyKeysError extends MillraceError {
  /** Stable, for programs. */
  readonly code = 'ERR_TOO_MANY_KEYS';
  /** Name of the stage. */
  readonly stage: string;
  /** Keys that it may know at once. */
  readonly maxKeys: number;

  constructor(stage: string, maxKeys: number) {
    super(
      `stage "${stage}" has its operators for ${maxKeys} keys, and one more came: raise maxKeys, or set keyIdleMs, which completes those ` +
        'of keys that come no more',
    );
    this.stage = stage;
    this.maxKeys = maxKeys;
  }
}

/**
 * A chain of `operators(..., { lineage: 'sync' })` emitted while no input was fed, so that the output belongs to none. The run's
 * `StageError` has it as its `cause`.
 */
export class LateEmissionError extends MillraceError {
  /** Stable, for programs. */
  readonly code = 'ERR_LATE_EMISSION';
  /** Name of the stage. */
  readonly stage: string;

  constructor(stage: string) {
    super(
      `stage "${stage}" emitted when no input was being fed, and its operators are declared with lineage: 'sync', by which each output ` +
        'belongs to the input being fed: leave lineage out, or use operators that emit at once (no delay, mergeMap of a promise, reduce or ' +
        'toArray)',
    );
    this.stage = stage;
  }
}

/** What a schema found wrong in one place. */
export interface SchemaIssue {
  /** In the words of the schema's library. */
  readonly message: string;
  /** Keys that lead to the member; empty for the item itself. */
  readonly path: readonly (string | number)[];
}

/** Issues that a message tells of; all are in `issues`. */
const maxTold = 3;

/**
 * An item is not what its schema says, where a schema is the task of a stage. The message tells of the first three issues. What becomes of
 * the item says `onError` of the stage.
 */
export class SchemaError extends MillraceError {
  /** Stable, for programs. */
  readonly code = 'ERR_SCHEMA';
  /** All that the schema found, one at least. */
  readonly issues: readonly SchemaIssue[];

  constructor(issues: readonly SchemaIssue[]) {
    super(textOf(issues));
    this.issues = issues;
  }
}

/** `customer.id: expected a string`, `lines[2].price: …`. */
function textOf(issues: readonly SchemaIssue[]): string {
  const told = issues
    .slice(0, maxTold)
    .map(({ path, message }) => (path.length === 0 ? message : `${pathText(path)}: ${message}`));
  const more = issues.length - told.length;
  return `${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function pathText(path: readonly (string | number)[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

/** More came than a queue may hold, and its policy is `overflow: 'fail'`: of a `boundedQueue`, or of `fromObservable`, where it is the `cause` of the run's error. */
export class OverflowError extends MillraceError {
  /** Stable, for programs. */
  readonly code = 'ERR_OVERFLOW';
  /** Items that may wait in it. */
  readonly capacity: number;

  constructor(capacity: number) {
    super(
      `the queue is full: ${capacity} items wait, and overflow is "fail": take them faster, raise the capacity, or let it drop some`,
    );
    this.capacity = capacity;
  }
}
