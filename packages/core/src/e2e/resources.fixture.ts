// Stages with a resource in each lane. What happens is counted in memory that all threads share.
import {
  type CpuTaskOptions,
  cpu,
  flow,
  type OpenPipeline,
  pipeline,
  type SetupContext,
  type Sink,
  type SinkFlow,
} from '@millrace/core';

export type Trouble =
  | 'none'
  | 'setup throws'
  | 'setup never ends'
  | 'teardown throws'
  | 'teardown never ends'
  | 'task throws'
  | 'task dies once';

/** Places of the counts. */
export const [opened, closed, closedTooEarly, died, committed, aborted] = [0, 1, 2, 3, 4, 5];

export interface Scene {
  readonly items: number;
  readonly trouble: Trouble;
  readonly counts: SharedArrayBuffer;
  readonly options?: Pick<CpuTaskOptions, 'retry' | 'isolation'>;
}

class Counter {
  readonly #counts: Int32Array;
  readonly name: string;
  isOpen = true;

  constructor(counts: SharedArrayBuffer, name: string) {
    this.#counts = new Int32Array(counts);
    this.name = name;
    this.note(opened);
  }

  note(place: number): number {
    return Atomics.add(this.#counts, place, 1);
  }
}

const never = new Promise<never>(() => {});
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const counted = (counts: SharedArrayBuffer): Sink<unknown> => ({
  name: 'counted',
  open: async () => ({
    write: async () => {},
    commit: async () => void Atomics.add(new Int32Array(counts), committed, 1),
    abort: async () => void Atomics.add(new Int32Array(counts), aborted, 1),
  }),
});

const stage = ({ trouble, counts, options }: Scene) =>
  cpu(
    'query',
    async (n: number, { resource, worker }) => {
      await turn();
      if (!resource.isOpen) resource.note(closedTooEarly);
      if (trouble === 'task throws' && n === 30) throw new RangeError('broken');
      if (trouble === 'task dies once' && n === 30 && resource.note(died) === 0) process.exit(3);
      return { n, resource: resource.name, worker };
    },
    {
      ...options,
      setup: async ({ stage: name, worker }: SetupContext) => {
        await turn();
        if (trouble === 'setup throws') throw new RangeError('no connection');
        if (trouble === 'setup never ends') await never;
        return new Counter(counts, `${name} ${worker}`);
      },
      teardown: async (resource, { stage: name, worker }) => {
        await turn();
        resource.isOpen = false;
        if (resource.name === `${name} ${worker}`) resource.note(closed);
        if (trouble === 'teardown throws') throw new RangeError('not closed');
        if (trouble === 'teardown never ends') await never;
      },
    },
  );

const numbers = ({ items }: Scene) => flow(Array.from({ length: items }, (_, i) => i));

export const resourceful: OpenPipeline<Scene, { n: number; resource: string; worker: number }> = pipeline(
  import.meta,
  'resourceful',
  (scene: Scene) => numbers(scene).pipe(stage(scene)),
);

export const committing = pipeline(
  import.meta,
  'committing',
  (scene: Scene): SinkFlow => numbers(scene).pipe(stage(scene)).to(counted(scene.counts)),
);

/** An endless source: to be cancelled. */
export const endless = pipeline(import.meta, 'endless', (scene: Scene) =>
  flow(function* () {
    for (let i = 0; ; i += 1) yield i;
  }).pipe(stage(scene)),
);
