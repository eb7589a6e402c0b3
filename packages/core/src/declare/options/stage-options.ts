import type { RateLimiter } from '../rate-limiter.js';
import type { DefaultsOf, GroupOf, StageKind, ValueOf } from './option.js';
import { type RetryOptions, retryDefaults } from './retry-options.js';
import { stageLimits } from './stage-limits.js';

const stage = stageLimits.options;

type StageTable = typeof stage;
type NamesFor<Kind extends StageKind> = {
  [Name in keyof StageTable]: Kind extends StageTable[Name]['for'][number] ? Name : never;
}[keyof StageTable];
type TakenBy<Kind extends StageKind> = Pick<StageTable, NamesFor<Kind>>;
type RateTable = typeof stage.rate.members.options;
type MemoryTable = typeof stage.resourceLimits.members.options;

// Each is a mapped type of its own, so that compile errors call it by its name and not by the table's whole text; and each maps
// `keyof` a table, as an `as` clause would lose the doc comments of the entries. `@interface` shows its members in the API reference.

/**
 * The option `rate` of an io stage, and what `rateLimiter(options)` takes: within any `perMs` at most `limit` attempts start. `Item` is
 * what the stage takes.
 *
 * @interface
 */
export type RateOptions<Item = never> = GroupOf<RateTable, Item>;
/**
 * The option `resourceLimits` of a cpu stage: limits of the memory of each worker that runs it, those of `node:worker_threads`. A child
 * process has no setting for `codeRangeSizeMb` and `stackSizeMb`: a stage with `isolation: 'process'` that sets one is a `PlanError`.
 *
 * @interface
 */
export type ResourceLimits = { readonly [Name in keyof MemoryTable]?: ValueOf<MemoryTable[Name]> | undefined };

/** Options that have members, by a name that messages and the API reference can use. */
interface StageGroups<Item> {
  readonly rate: RateOptions<Item> | RateLimiter<Item>;
  readonly retry: RetryOptions;
  readonly resourceLimits: ResourceLimits;
}
type StageValue<Name extends keyof StageTable, Item = never, Resource = unknown> = Name extends keyof StageGroups<Item>
  ? StageGroups<Item>[Name]
  : ValueOf<StageTable[Name], Item, Resource>;

/**
 * Options of `io(name, task)`, for items of type `I` and what `setup` gives, of type `Resource`.
 *
 * @interface
 */
export type IoTaskOptions<I = never, Resource = unknown> = {
  readonly [Name in keyof TakenBy<'io task'>]?: StageValue<Name, I, Resource> | undefined;
};
/**
 * Options of `io(name, operators(...))`, for items of type `I`.
 *
 * @interface
 */
export type IoOperatorsOptions<I = never> = {
  readonly [Name in keyof TakenBy<'io operators'>]?: StageValue<Name, I> | undefined;
};
/**
 * Options of `cpu(name, task)`, for items of type `I` and what `setup` gives in each lane, of type `Resource`.
 *
 * @interface
 */
export type CpuTaskOptions<I = never, Resource = unknown> = {
  readonly [Name in keyof TakenBy<'cpu task'>]?: StageValue<Name, I, Resource> | undefined;
};
/**
 * Options of `cpu(name, operators(...))`, for items of type `I`.
 *
 * @interface
 */
export type CpuOperatorsOptions<I = never> = {
  readonly [Name in keyof TakenBy<'cpu operators'>]?: StageValue<Name, I> | undefined;
};
/** Options of untagged operators. They cannot be set, so all are absent. */
export type InlineOptions = { readonly [Name in keyof TakenBy<'inline'>]?: StageValue<Name> | undefined };
/** Options of any tagged stage, as its declaration holds them. */
export type StageOptions = { readonly [Name in keyof StageTable]?: StageValue<Name> | undefined };

/** Defaults of stage options. */
export const defaults: DefaultsOf<StageTable> = {
  capacity: stage.capacity.default,
  capacityBytes: stage.capacityBytes.default,
  concurrency: stage.concurrency.default,
  order: stage.order.default,
  batch: stage.batch.default,
  onError: stage.onError.default,
  retry: retryDefaults,
  transfer: stage.transfer.default,
  maxHeld: stage.maxHeld.default,
  maxKeys: stage.maxKeys.default,
};

/** Of an io task. Who sets a small window alone means that no more tasks run than it holds. */
export function concurrencyOf({ concurrency, window }: StageOptions): number {
  return concurrency ?? Math.min(defaults.concurrency, window ?? defaults.concurrency);
}
