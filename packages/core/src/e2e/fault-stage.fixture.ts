import { batch, compose, cpu, io, operators, type StageOperator, type TaskContext } from '@millrace/core';
import type { OperatorFunction } from 'rxjs';
import { rootOf, tracing } from './fault-trace.fixture.js';
import { concat, concatMap, EMPTY, from, mergeMap, of, throwError } from './rx-parts.fixture.js';

export const kinds = [
  'io',
  'io operators',
  'io with key',
  'io operators with key',
  'cpu',
  'cpu fusible',
  'cpu process',
  'cpu with key',
  'cpu operators',
  'cpu operators with key',
  'cpu inline',
  'inline',
  'batch',
] as const;
export type Kind = (typeof kinds)[number];

/** `partial`: after its first outputs. `exit`: with its lane. `wait`: beyond its time. `key`: before its task. */
export type How = 'throw' | 'reject' | 'partial' | 'exit' | 'wait' | 'key';

export interface Fault {
  readonly how: How;
  /** It strikes what descends from source items whose number leaves `at`. */
  readonly every: number;
  readonly at: number;
  /** In the first attempt of an item, or in all. */
  readonly times: 'once' | 'always';
}

export interface StageSpec {
  readonly kind: Kind;
  readonly does: 'pass' | 'filter' | 'expand';
  readonly by: 'value' | 'promise' | 'generator' | 'asyncGenerator';
  readonly capacity: number;
  readonly window: number;
  readonly order: 'input' | 'none';
  readonly onError: 'fail' | 'skip' | 'deadLetter';
  readonly attempts: number;
  readonly fault?: Fault | undefined;
}

export const hasKey = ({ kind }: StageSpec): boolean => kind.endsWith('with key');
export const hasOperators = ({ kind }: Pick<StageSpec, 'kind'>): boolean => kind.includes('operators') || kind === 'inline';
export const inLane = ({ kind }: StageSpec): boolean => kind.startsWith('cpu') && kind !== 'cpu inline';

/** The fault that a stage of its kind can have. */
export function faultOf(stage: StageSpec, lanes: boolean): Fault | undefined {
  const { fault, kind } = stage;
  if (fault === undefined || kind === 'batch') return undefined;
  if (fault.how === 'key') return hasKey(stage) ? { ...fault, times: 'always' } : { ...fault, how: 'throw' };
  if (hasOperators(stage)) return { ...fault, how: 'throw', times: 'always' };
  if (fault.how === 'exit' && !(lanes && inLane(stage))) return { ...fault, how: 'throw' };
  if (fault.how === 'wait' && !kind.startsWith('io')) return { ...fault, how: 'reject' };
  return fault;
}

/** What becomes of an item of it that fails, and after how many attempts: some kinds cannot be told. */
export function toleranceOf({ kind, onError, attempts }: StageSpec): Pick<StageSpec, 'onError' | 'attempts'> {
  const untold = kind === 'cpu fusible' || kind === 'batch' || hasOperators({ kind });
  return untold ? { onError: 'fail', attempts: 1 } : { onError, attempts };
}

/** One lane dies for one item: of those that descend from a source item, for the first. */
export function strikes({ how, every, at }: Fault, item: string): boolean {
  if (how === 'exit') return rootOf(item) === at && /^\d+(\/0)*$/.test(item);
  return rootOf(item) % every === at;
}

/** Items are paths: the number of a source item, then the number of the output at each stage. No two are equal. */
export function outputsOf(does: StageSpec['does'], item: string): string[] {
  if (does === 'pass') return [`${item}/0`];
  let hash = 7;
  for (let i = 0; i < item.length; i += 1) hash = (hash * 31 + item.charCodeAt(i)) % 9973;
  if (does === 'filter') return hash % 3 === 0 ? [] : [`${item}/0`];
  return Array.from({ length: hash % 4 }, (_, i) => `${item}/${i}`);
}

/** What comes of an attempt that breaks in the midst. */
export const firstOf = (outputs: readonly string[]): string[] => outputs.slice(0, Math.ceil(outputs.length / 2));

const keyOf = (item: string): number => rootOf(item) % 3;

const planned = (name: string, item: string): Error => new RangeError(`planned: ${name} ${item}`);

export function faultyStage(stage: StageSpec, name: string, lanes: boolean): OperatorFunction<string, string> {
  const { kind, capacity, window, order, onError, attempts } = stage;
  const fault = faultOf(stage, lanes);
  const apply = (item: string) => {
    if (fault?.how === 'throw' && strikes(fault, item)) throw planned(name, item);
    return from(outputsOf(stage.does, item));
  };
  const key = (item: string): number => {
    if (fault?.how === 'key' && strikes(fault, item)) throw planned(name, item);
    return keyOf(item);
  };
  const task = taskOf(stage, name, fault);
  const common = { capacity, window, onError, retry: { attempts, delayMs: 0 } };
  switch (kind) {
    case 'io':
    case 'io with key': {
      const timeoutMs = fault?.how === 'wait' ? 10 : undefined;
      const ordered = kind === 'io' ? { order } : { key };
      return asStrings(io(name, task, { ...common, ...ordered, concurrency: Math.min(window, 4), timeoutMs }));
    }
    case 'io operators':
      return io(name, operators(mergeMap(apply)), { capacity, maxHeld: 64 });
    case 'io operators with key':
      return io(name, operators(mergeMap(apply)), { capacity, maxHeld: 64, key });
    case 'cpu':
      return asStrings(cpu(name, task, { ...common, order }));
    case 'cpu fusible':
      return asStrings(cpu(name, (item: string, context: TaskContext) => task(item, context), { order }));
    case 'cpu process':
      return asStrings(cpu(name, task, { ...common, order, isolation: 'process', workers: 1 }));
    case 'cpu with key':
      return asStrings(cpu(name, task, { ...common, key }));
    case 'cpu operators':
      return cpu(name, operators(mergeMap(apply)), { capacity, maxHeld: 64 });
    case 'cpu operators with key':
      return cpu(name, operators(mergeMap(apply)), { capacity, maxHeld: 64, key });
    case 'cpu inline':
      return asStrings(cpu(name, task, { ...common, order, isolation: 'inline' }));
    case 'inline':
      return concatMap(apply);
    case 'batch':
      return compose(
        batch<string>({ items: window }),
        io(name, (items: string[]) => from(items.flatMap((item) => outputsOf(stage.does, item))), { capacity, concurrency: 1 }),
      );
  }
}

// The ways to give outputs have several types; the outputs are strings in all of them.
function asStrings(operator: StageOperator<string, unknown>): OperatorFunction<string, string> {
  return operator as OperatorFunction<string, string>;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Notes the signal as long as the work goes on. */
async function tracked<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { inFlight } = tracing.current;
  inFlight.add(signal);
  try {
    return await work();
  } finally {
    inFlight.delete(signal);
  }
}

function taskOf(stage: StageSpec, name: string, fault: Fault | undefined): (item: string, context: TaskContext) => unknown {
  const { does, by } = stage;
  /** How this attempt breaks, if it does. */
  const breaks = (item: string, attempt: number): How | undefined =>
    fault !== undefined && strikes(fault, item) && (fault.times === 'always' || attempt === 1) ? fault.how : undefined;
  const begin = (how: How | undefined, item: string, signal: AbortSignal): Promise<void> | undefined => {
    if (how === 'throw') throw planned(name, item);
    if (how === 'reject') return Promise.reject(planned(name, item));
    if (how === 'exit') process.exit(7);
    if (how === 'wait') return tracked(signal, () => new Promise(() => {}));
    return undefined;
  };
  if (by === 'generator' && fault?.how !== 'wait' && fault?.how !== 'reject') {
    return function* (item, { attempt, signal }) {
      const how = breaks(item, attempt);
      begin(how, item, signal);
      yield* how === 'partial' ? firstOf(outputsOf(does, item)) : outputsOf(does, item);
      if (how === 'partial') throw planned(name, item);
    };
  }
  if (by === 'asyncGenerator' && fault?.how !== 'wait') {
    return async function* (item, { attempt, signal }) {
      const how = breaks(item, attempt);
      await begin(how, item, signal);
      yield* how === 'partial' ? firstOf(outputsOf(does, item)) : outputsOf(does, item);
      if (how === 'partial') throw planned(name, item);
    };
  }
  const plain = (item: string, how: How | undefined): unknown => {
    const outputs = outputsOf(does, item);
    if (how === 'partial')
      return concat(
        of(...firstOf(outputs)),
        throwError(() => planned(name, item)),
      );
    if (outputs.length === 0) return EMPTY;
    return outputs.length === 1 ? outputs[0] : of(...outputs);
  };
  // With a time limit it answers at once, as no machine is so slow that this takes longer than its time.
  if (by === 'value' || fault?.how === 'wait') {
    return (item, { attempt, signal }) => {
      const how = breaks(item, attempt);
      return begin(how, item, signal) ?? plain(item, how);
    };
  }
  return (item, { attempt, signal }) =>
    tracked(signal, async () => {
      const how = breaks(item, attempt);
      await begin(how, item, signal);
      if (rootOf(item) % 5 === 0) await turn();
      return plain(item, how);
    });
}
