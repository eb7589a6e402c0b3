import { afterAll, describe, expect, test } from '@jest/globals';
import { type LanePool, lanePool } from '@millrace/workers';
import { PlanError } from '../errors.js';
import type { LaneSpec, StageSignature } from './lane-spec.js';
import { lookupModule } from './lookup.fixture.js';

const poolOfOne = (): LanePool =>
  lanePool({
    size: 1,
    resolver: { module: new URL('./resolve.js', import.meta.url).href, export: 'resolveLaneJob' },
    errors: [PlanError],
    graceMs: 100,
  });
const shared = poolOfOne();
/** A lane loads one module in its life; of one whose script has awaited a run it would not wait for another. */
const scripted = poolOfOne();
afterAll(() => Promise.all([shared.close(), scripted.close()]));

const inlineThenAdd: StageSignature[] = [
  { name: 'inline-1', kind: 'inline' },
  { name: 'add', kind: 'cpu' },
];
const addAlone: StageSignature[] = [{ name: 'add', kind: 'cpu' }];

const specOf = (parts: Partial<LaneSpec>): LaneSpec => ({
  module: lookupModule,
  pipeline: 'adds',
  params: { added: 10 },
  stages: inlineThenAdd,
  stage: 'add',
  maxHeld: undefined,
  ...parts,
});

/** What a lane makes of items 1, 2 and 3 in the stage; rejects with what keeps it from finding the stage. */
function inLane(parts: Partial<LaneSpec>, pool = shared): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    let items: readonly unknown[] | undefined = [1, 2, 3];
    const handle = pool.add({
      spec: specOf(parts),
      maxLanes: 1,
      maxBatch: 3,
      take: () => {
        const batch = items && { items };
        items = undefined;
        return batch;
      },
      reply: (_, { values }) => {
        handle.close();
        resolve(values);
      },
      lost: (_, __, death) => reject(death),
      broken: reject,
    });
    handle.poke();
  });
}

async function refusal(parts: Partial<LaneSpec>, pool = shared): Promise<Error> {
  return inLane(parts, pool).then(
    (values) => {
      throw new Error(`the stage was found: ${String(values)}`);
    },
    (error: Error) => error,
  );
}

describe('a lane', () => {
  test('finds a stage by module, pipeline and name, and gives the factory the params', async () => {
    expect(await inLane({})).toEqual([11, 12, 13]);
    expect(await inLane({ params: { added: 20 } })).toEqual([21, 22, 23]);
  });

  test('finds the stages of a script that awaits its run at the top level', async () => {
    const module = new URL('./parked.fixture.js', import.meta.url).href;
    expect(await inLane({ module, stages: addAlone }, scripted)).toEqual([11, 12, 13]);
    const error = await refusal({ module, pipeline: 'too late', stages: addAlone }, scripted);
    expect(error.message).toContain('did not find pipeline "too late" there; it found "adds"');
    expect(error.message).toContain('declared after a top-level await of a run; declare all pipelines before the first run');
  });

  test('that misses the pipeline says which ones it found, and how to mend it', async () => {
    const error = await refusal({ pipeline: 'absent' });
    expect(error).toBeInstanceOf(PlanError);
    expect(error.message).toContain(
      `a worker that imported ${lookupModule} did not find pipeline "absent" there; it found "adds", "changes", "throws"`,
    );
    expect(error.message).toContain('declare it at the top level of its module');
  });

  test('whose factory builds other stages shows both lists', async () => {
    const error = await refusal({ pipeline: 'changes', params: undefined, stages: addAlone });
    expect(error).toBeInstanceOf(PlanError);
    expect(error.message).toContain('built other stages in a worker than in the main thread, and so not "add"');
    expect(error.message).toContain('Main thread: cpu "add". Worker: inline "inline-1", cpu "sum".');
    expect(error.message).toContain('A factory must build the same stages');
  });

  test('compares names, kinds and order, also where the wanted stage is there', async () => {
    const others: StageSignature[][] = [
      addAlone,
      [...inlineThenAdd].reverse(),
      [{ name: 'inline-1', kind: 'io' }, ...addAlone],
      [],
      [...inlineThenAdd, ...addAlone],
    ];
    for (const stages of others) {
      const error = await refusal({ stages });
      expect(error.message).toContain('built other stages in a worker than in the main thread. Main thread:');
    }
    expect((await refusal({ stages: [] })).message).toContain('Main thread: none.');
  });

  test('tells what to do with a pipeline in a file of tests that does not load in a worker', async () => {
    const hint = 'declare the pipeline in a module of its own';
    for (const [name, told] of [
      ['absent.test.js', true],
      ['absent.spec.mts', true],
      ['absent.js', false],
      ['test.js', false],
    ] as const) {
      const { message } = await refusal({ module: new URL(`./none/${name}`, import.meta.url).href });
      expect([name, message.includes(hint)]).toEqual([name, told]);
    }
  });

  test('tells what the factory throws, and what the module throws, as the cause', async () => {
    const ofFactory = await refusal({ pipeline: 'throws' });
    expect(ofFactory).toMatchObject({
      code: 'ERR_PLAN',
      message: expect.stringContaining('failed in a worker: the factory throws'),
    });
    expect(ofFactory.cause).toBeInstanceOf(RangeError);
    const ofModule = await refusal({ module: new URL('./unloadable.fixture.js', import.meta.url).href });
    expect(ofModule).toMatchObject({ code: 'ERR_PLAN', message: expect.stringContaining('could not import file:') });
    expect(ofModule.cause).toBeInstanceOf(RangeError);
    const missing = await refusal({ module: new URL('./absent.js', import.meta.url).href });
    expect(missing.cause).toMatchObject({ code: 'ERR_MODULE_NOT_FOUND' });
  });
});
