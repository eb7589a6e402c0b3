import {
  type Flow,
  flow,
  type OpenPipeline,
  type Pipeline,
  pipeline,
  type Run,
  type RunEvent,
  type RunReport,
  type Sink,
  type SinkFlow,
  type SinkOptions,
  type StageReport,
} from '@millrace/core';

/** The next turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await turn();
}

export const never = (): Promise<never> => new Promise<never>(() => {});

/** Waits until something holds; the limit of the test bounds it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

/** A promise to be settled by hand. */
export interface Gate {
  readonly passed: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

let declared = 0;

/** A pipeline for this test alone, without worker threads: no lane could import a test. */
export function local<T>(factory: () => Flow<T>): OpenPipeline<undefined, T> {
  declared += 1;
  return pipeline({ url: import.meta.url }, `local-${declared}`, (_: undefined) => factory());
}

/** The same for a flow that ends in a sink. */
export function localTo<T>(factory: () => Flow<T>, sink: Sink<T>, options?: SinkOptions) {
  declared += 1;
  return pipeline({ url: import.meta.url }, `local-${declared}`, (_: undefined) => factory().to(sink, options));
}

/** The same for a flow that has ended in sinks already. */
export function ended(factory: () => SinkFlow): Pipeline<undefined> {
  declared += 1;
  return pipeline({ url: import.meta.url }, `local-${declared}`, (_: undefined) => factory());
}

/** The error that a promise rejects with. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}

export interface Counted {
  pulled: number;
  returned: number;
}

/** An infinite source that counts what is asked of it; with `count` it ends. */
export function counting(count = Number.POSITIVE_INFINITY, pause?: () => Promise<void>) {
  const seen: Counted = { pulled: 0, returned: 0 };
  const source = async function* (): AsyncGenerator<number> {
    try {
      for (let i = 0; i < count; i += 1) {
        seen.pulled += 1;
        if (pause !== undefined) await pause();
        yield i;
      }
    } finally {
      seen.returned += 1;
    }
  };
  return { seen, flow: () => flow(source) };
}

export type SinkCall = 'open' | 'write' | 'commit' | 'abort';

/** A sink that keeps what it gets and how it was called; `before` may wait or throw. */
export function memorySink<T>(before: (call: SinkCall, items: readonly T[]) => unknown = () => undefined) {
  const items: T[] = [];
  const calls: SinkCall[] = [];
  const reasons: unknown[] = [];
  let active = 0;
  let overlaps = 0;
  const follow = async (call: SinkCall, batch: readonly T[]): Promise<void> => {
    calls.push(call);
    active += 1;
    if (active > 1) overlaps += 1;
    try {
      await before(call, batch);
    } finally {
      active -= 1;
    }
  };
  const sink: Sink<T> = {
    name: 'memory',
    open: async () => {
      await follow('open', []);
      return {
        write: async (batch) => {
          await follow('write', batch);
          items.push(...batch);
        },
        commit: () => follow('commit', []),
        abort: async (reason) => {
          reasons.push(reason);
          await follow('abort', []);
        },
      };
    },
  };
  return {
    sink,
    items,
    reasons,
    /** How often it was called so. */
    count: (call: SinkCall): number => calls.filter((made) => made === call).length,
    get overlaps(): number {
      return overlaps;
    },
  };
}

/** All events of a run, as they come. */
export function eventsOf(run: Run): RunEvent[] {
  const events: RunEvent[] = [];
  run.events.subscribe((event) => events.push(event));
  return events;
}

/** Stages that queues join: what the one side gave is what the other took. One to one, unless the flow parts or joins there. */
interface Joint {
  readonly givers: readonly StageReport[];
  readonly takers: readonly StageReport[];
}

function joints(stages: readonly StageReport[]): readonly Joint[] {
  return stages.reduce<readonly Joint[]>((found, taker) => {
    const givers = stages.filter(({ name }) => taker.from.includes(name));
    if (givers.length === 0) return found;
    const same = found.filter((joint) => joint.givers.some((giver) => givers.includes(giver)));
    const all = new Set([...same.flatMap((joint) => joint.givers), ...givers]);
    const joint = { givers: [...all], takers: [...same.flatMap((each) => each.takers), taker] };
    return [...found.filter((each) => !same.includes(each)), joint];
  }, []);
}

function sum(stages: readonly StageReport[], count: 'in' | 'out' | 'ok'): number {
  return stages.reduce((all, stage) => all + stage[count], 0);
}

/** What does not add up in a report; empty when all is well. */
export function discrepancies({ stages, outcome, bound, peak, read, delivered }: RunReport): string[] {
  const found: string[] = [];
  for (const { givers, takers } of joints(stages)) {
    const [gave, took] = [givers, takers].map((side) => side.map(({ name }) => name).join(' and '));
    if (sum(givers, 'out') !== sum(takers, 'in')) {
      found.push(`${gave} gave ${sum(givers, 'out')}, ${took} took ${sum(takers, 'in')}`);
    }
  }
  for (const stage of stages) {
    const outcomes = stage.ok + stage.filtered + stage.skipped + stage.deadLettered + stage.failed + stage.cancelled;
    if (outcomes !== stage.in) found.push(`${stage.name}: ${stage.in} in, ${outcomes} with an outcome`);
    if (stage.cancelled < 0) found.push(`${stage.name}: ${stage.cancelled} cancelled`);
    if (outcome === 'completed' && stage.failed > 0) found.push(`${stage.name}: ${stage.failed} failed in a completed run`);
    if (stage.queue.peak > stage.queue.capacity && stage.kind !== 'source') found.push(`${stage.name}: queue over capacity`);
    if (!(stage.busyMs >= 0 && stage.blockedMs >= 0 && stage.starvedMs >= 0)) found.push(`${stage.name}: times`);
  }
  const ofKind = (wanted: StageReport['kind']): StageReport[] => stages.filter(({ kind }) => kind === wanted);
  if (sum(ofKind('source'), 'in') !== read) found.push('read is not what the sources say');
  if (sum(ofKind('sink'), 'ok') !== delivered) found.push('delivered is not what the sinks say');
  if (bound !== null && peak > bound) found.push(`peak ${peak} over the bound ${bound}`);
  return found;
}
