import { nearest } from '@millrace/workers/internal/nearest';
import { PlanError } from '../../errors.js';
import { isRateLimiter } from '../rate-limiter.js';
import { isSink } from '../sink.js';
import { isTolerance } from '../tolerance.js';
import { valueText } from '../value-text.js';
import {
  type BatchOptions,
  concurrencyOf,
  type FlowOptions,
  limits,
  type ObservableOptions,
  type OperatorsOptions,
  type RateOptions,
  type RunOptions,
  type SinkOptions,
  type StageOptions,
} from './limits.js';
import { allowedText, type GroupOf, type Option, type OptionTable, type StageKind } from './option.js';

/** Returns a copy of what was set. @throws PlanError */
export function checkedStageOptions(stage: string, kind: StageKind, options: unknown): StageOptions {
  const owner = `stage "${stage}"`;
  const checked: StageOptions = checkedOptions({ owner, table: limits.stage, kind }, options);
  if (checked.teardown !== undefined && checked.setup === undefined) {
    throw new PlanError(`${owner}: option "teardown" takes back what "setup" gave, and there is no "setup"`);
  }
  const concurrency = concurrencyOf(checked);
  if (kind === 'io task' && checked.window !== undefined && checked.window < concurrency) {
    throw new PlanError(
      `${owner}: option "window" is ${checked.window}, below the concurrency of ${concurrency}, which could then never be reached: ` +
        'raise "window" or lower "concurrency"',
    );
  }
  checkOrder(owner, checked);
  checkRetry(owner, checked);
  if (kind === 'io operators' || kind === 'cpu operators') checkKeyed(owner, checked);
  checkPerKey(owner, checked, concurrency);
  return checked;
}

function checkKeyed(owner: string, options: StageOptions): void {
  const { key, workers = 1 } = options;
  if (key !== undefined) return;
  if (workers > 1) {
    throw new PlanError(
      `${owner}: option "workers" is ${workers}, but a chain of operators may be stateful, so without "key" there is one of it, in one lane: ` +
        'leave "workers" out, or give "key", which makes a chain for each key',
    );
  }
  const found = (['maxKeys', 'keyIdleMs'] as const).find((name) => options[name] !== undefined);
  if (found !== undefined) throw new PlanError(`${owner}: option "${found}" is about keys, and there is no "key"`);
}

function checkPerKey(owner: string, { key, concurrencyPerKey }: StageOptions, concurrency: number): void {
  if (concurrencyPerKey === undefined) return;
  if (key === undefined) {
    throw new PlanError(
      `${owner}: option "concurrencyPerKey" is ${concurrencyPerKey}, which needs the option "key": a function that gives the key of an item`,
    );
  }
  if (concurrencyPerKey > concurrency) {
    throw new PlanError(
      `${owner}: option "concurrencyPerKey" is ${concurrencyPerKey}, above the concurrency of ${concurrency}, and could never be reached: ` +
        'lower "concurrencyPerKey" or raise "concurrency"',
    );
  }
}

function checkOrder(owner: string, { key, order }: StageOptions): void {
  if (order === 'key' && key === undefined) {
    throw new PlanError(
      `${owner}: option "order" is "key", which needs the option "key": a function that gives the key of an item`,
    );
  }
  if (key !== undefined && order !== undefined && order !== 'key') {
    throw new PlanError(`${owner}: option "order" is "${order}", but "key" stands for the order of each key: leave "order" out`);
  }
}

/** Whoever says when and how late to try again wants it to be tried again, and without `attempts` nothing is. */
function checkRetry(owner: string, { retry }: Pick<StageOptions, 'retry'>): void {
  if (retry === undefined || retry.attempts !== undefined) return;
  const [idle] = Object.keys(retry);
  if (idle === undefined) return;
  throw new PlanError(
    `${owner}: option "retry.${idle}" is set and "retry.attempts" is not, so nothing would be tried again: set "retry.attempts", 2 or more`,
  );
}

/** Returns a copy of what was set. @throws PlanError */
export function checkedBatchOptions(options: unknown): BatchOptions {
  const owner = 'batch(...)';
  const checked: BatchOptions = checkedOptions({ owner, table: limits.batch }, options);
  if (checked.items !== undefined || checked.ms !== undefined) return checked;
  throw new PlanError(
    `${owner}: when is a batch full? Set "items", the most items of one, or "ms", the longest time that its first item waits, or both`,
  );
}

/** Returns a copy of what was set. @throws PlanError */
export function checkedSinkOptions(sink: string, options: unknown): SinkOptions {
  const owner = `sink "${sink}"`;
  const checked: SinkOptions = checkedOptions({ owner, table: limits.sink }, options);
  checkRetry(owner, checked);
  return checked;
}

/** Returns a copy of what was set. @throws PlanError */
export function checkedOperatorsOptions(options: unknown): OperatorsOptions {
  return checkedOptions({ owner: 'operators(...)', table: limits.operators }, options);
}

/** Returns a copy of what was set. @throws PlanError */
export function checkedRunOptions(options: unknown): RunOptions {
  return checkedOptions({ owner: 'run', table: limits.run }, options);
}

/** Returns a copy of what was set. @throws PlanError */
export function checkedFlowOptions(options: unknown): FlowOptions {
  return checkedOptions({ owner: 'flow', table: limits.flow }, options);
}

/** Returns a copy of what was set. @throws PlanError */
export function checkedRateOptions<Item>(options: RateOptions<Item>): RateOptions<Item> {
  return checkedOptions({ owner: 'rateLimiter', table: limits.stage.options.rate.members }, options);
}

/** Returns a copy of what was set. @throws PlanError */
export function checkedObservableOptions(options: unknown): ObservableOptions {
  return checkedOptions({ owner: 'fromObservable', table: limits.observable }, options);
}

/** Who is given the options, and what it takes. */
interface Receiver<Table extends OptionTable = OptionTable> {
  readonly owner: string;
  readonly table: Table;
  readonly kind?: StageKind;
  /** The option whose members these are. */
  readonly group?: string;
}

function checkedOptions<Table extends OptionTable, Item>(
  receiver: Receiver<Table>,
  options: unknown,
): GroupOf<Table['options'], Item> {
  const checked: [name: string, value: unknown][] = [];
  for (const [name, value] of members(receiver, options)) {
    if (value === undefined) continue;
    checked.push([name, checkedValue(receiver, name, optionNamed(receiver, name, value), value)]);
  }
  for (const [name, option] of Object.entries<Option>(receiver.table.options)) {
    if (option.required && !checked.some(([given]) => given === name)) {
      throw new PlanError(`${receiver.owner}: option ${pathOf(receiver, name)} is missing: it must be ${allowedText(option)}`);
    }
  }
  // Every member has passed the check of its entry, which the compiler cannot follow: the one cast that options need.
  return Object.fromEntries(checked) as GroupOf<Table['options'], Item>;
}

function members({ owner, group }: Receiver, options: unknown): [name: string, value: unknown][] {
  if (options === undefined) return [];
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return Object.entries(options);
  const what = group === undefined ? 'options' : `option "${group}"`;
  throw new PlanError(`${owner}: ${what} must be an object, got ${valueText(options)}`);
}

function optionNamed(receiver: Receiver, name: string, value: unknown): Option {
  const { owner, table, kind } = receiver;
  const option = Object.hasOwn(table.options, name) ? table.options[name] : undefined;
  const quoted = pathOf(receiver, name);
  if (option === undefined) {
    if (table.later.includes(name))
      throw new PlanError(`${owner}: option ${quoted} (given ${valueText(value)}) is not available in this version`);
    const meant = nearest(name, allowedNames(receiver));
    const hint = meant === undefined ? '' : `, did you mean "${meant}"?`;
    throw new PlanError(
      `${owner}: unknown option ${quoted} (given ${valueText(value)})${hint === '' ? ';' : hint} ${allowed(receiver)}`,
    );
  }
  if (kind !== undefined && !option.for?.includes(kind)) {
    const takers = (option.for ?? []).filter((taker) => taker !== 'inline').join(' or ');
    throw new PlanError(
      `${owner}: option ${quoted} is for stages of ${takers}, and this one is of ${kind}; ${allowed(receiver)}`,
    );
  }
  return option;
}

function allowedNames({ table, kind }: Receiver): string[] {
  const entries = Object.entries(table.options);
  return entries.filter(([, option]) => kind === undefined || option.for?.includes(kind)).map(([name]) => name);
}

function allowed(receiver: Receiver): string {
  const names = allowedNames(receiver);
  return names.length === 0 ? 'no option is allowed here' : `allowed here: ${names.join(', ')}`;
}

function checkedValue(receiver: Receiver, name: string, option: Option, value: unknown): unknown {
  if (option.kind === 'group' && option.or !== undefined && isRateLimiter(value)) return value;
  if (option.kind === 'group') return checkedOptions({ owner: receiver.owner, table: option.members, group: name }, value);
  if (fits(option, value)) return value;
  const quoted = pathOf(receiver, name);
  if (option.kind === 'choice' && option.later?.some((word) => word === value)) {
    throw new PlanError(`${receiver.owner}: option ${quoted} cannot be ${valueText(value)}: not available in this version`);
  }
  throw new PlanError(`${receiver.owner}: option ${quoted} must be ${allowedText(option)}, got ${valueText(value)}`);
}

function fits(option: Exclude<Option, { kind: 'group' }>, value: unknown): boolean {
  switch (option.kind) {
    case 'integer':
      if (typeof value === 'string') return option.or?.includes(value) ?? false;
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= option.min && value <= (option.max ?? value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) && value >= option.min && value <= (option.max ?? value);
    case 'boolean':
    case 'function':
      return typeof value === option.kind;
    case 'choice':
      return option.values.some((allowedValue) => allowedValue === value);
    case 'signal':
      return isAbortSignal(value);
    case 'sink':
      return isSink(value);
    case 'tolerance':
      return isTolerance(value);
  }
}

/** By shape: a signal may come from another realm. */
function isAbortSignal(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'aborted' in value && typeof value.aborted === 'boolean' && 'addEventListener' in value;
}

function pathOf({ group }: Receiver, name: string): string {
  return group === undefined ? `"${name}"` : `"${group}.${name}"`;
}
