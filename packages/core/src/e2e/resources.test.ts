import { describe, expect, test } from '@jest/globals';
import { flow, io, type RunOptions, type RunReport, type StageError, TimeoutError } from '@millrace/core';
import { take } from 'rxjs';
import { discrepancies, eventsOf, gate, local, rejection, until, upTo } from './kit.fixture.js';
import { processed } from './process-resources.fixture.js';
import {
  aborted,
  closed,
  closedTooEarly,
  committed,
  committing,
  endless,
  opened,
  resourceful,
  type Scene,
} from './resources.fixture.js';

function scene(given: Partial<Scene> = {}): { readonly scene: Scene; readonly counts: Int32Array } {
  const counts = new SharedArrayBuffer(4 * 8);
  return { scene: { items: 200, trouble: 'none', ...given, counts }, counts: new Int32Array(counts) };
}

const resourcesIn = ({ stages }: RunReport) => stages[1]!.resources;
const reportOn = (error: unknown): RunReport => (error as { report: RunReport }).report;

const places: [string, RunOptions][] = [
  ['in lanes', { workers: 2, graceMs: 300 }],
  ['on the main thread', { workers: 0, graceMs: 300 }],
];

describe.each(places)('a resource %s', (place, options) => {
  const lanes = place === 'in lanes' ? 2 : 1;

  test('W7 is made once a lane before its first item, and taken back once after its last', async () => {
    const { scene: given, counts } = scene();
    const outputs: { n: number; resource: string; worker: number }[] = [];
    for await (const output of resourceful.iterate(given, options)) outputs.push(output);
    expect(outputs.map(({ n }) => n)).toEqual(upTo(200));
    for (const { resource, worker } of outputs) expect(resource).toBe(`query ${worker}`);
    expect(counts[opened]).toBe(new Set(outputs.map(({ worker }) => worker)).size);
    expect([counts[closed], counts[closedTooEarly]]).toEqual([counts[opened], 0]);
  });

  test('W7 is told in the report', async () => {
    const { scene: given, counts } = scene();
    const report = await resourceful.run(given, options);
    expect(resourcesIn(report)).toEqual({ opened: counts[opened], closed: counts[opened], abandoned: 0 });
    expect(report.stages[0]!.resources).toBeUndefined();
    expect(discrepancies(report)).toEqual([]);
  });

  test('is not made when there is no item', async () => {
    const { scene: given } = scene({ items: 0 });
    expect(resourcesIn(await resourceful.run(given, options))).toEqual({ opened: 0, closed: 0, abandoned: 0 });
  });

  test('that cannot be made fails the run with what setup threw', async () => {
    const { scene: given, counts } = scene({ trouble: 'setup throws' });
    const error = (await rejection(resourceful.run(given, options))) as StageError;
    expect(error).toMatchObject({ stage: 'query', position: undefined, cause: { name: 'RangeError', message: 'no connection' } });
    expect([counts[opened], counts[closed]]).toEqual([0, 0]);
  });

  test('whose setup does not end fails the run after startTimeoutMs', async () => {
    const { scene: given } = scene({ trouble: 'setup never ends' });
    const error = (await rejection(resourceful.run(given, { ...options, startTimeoutMs: 5000 }))) as StageError;
    expect(error).toMatchObject({ stage: 'query' });
    expect(error.cause).toBeInstanceOf(TimeoutError);
    expect((error.cause as Error).message).toContain('setup of stage "query"');
    expect((error.cause as Error).message).toContain('raise startTimeoutMs');
  });

  test('whose teardown throws fails the run before the sink commits', async () => {
    const { scene: given, counts } = scene({ trouble: 'teardown throws' });
    const error = (await rejection(committing.run(given, options))) as StageError & { cause: unknown };
    expect(error).toMatchObject({ stage: 'query', position: undefined });
    const causes = error.cause instanceof AggregateError ? error.cause.errors : [error.cause];
    expect(causes).toEqual(Array.from({ length: counts[opened]! }, () => expect.objectContaining({ message: 'not closed' })));
    expect([counts[committed], counts[aborted]]).toEqual([0, 1]);
  });

  test('whose teardown does not end fails the run after the grace', async () => {
    const { scene: given, counts } = scene({ trouble: 'teardown never ends', items: 1 });
    const error = (await rejection(committing.run(given, options))) as StageError;
    expect(error.cause).toBeInstanceOf(TimeoutError);
    expect([counts[committed], resourcesIn(reportOn(error))]).toEqual([0, { opened: 1, closed: 0, abandoned: 1 }]);
  });

  test('is taken back when an item fails', async () => {
    const { scene: given, counts } = scene({ trouble: 'task throws' });
    const error = (await rejection(committing.run(given, options))) as StageError;
    expect(error).toMatchObject({ stage: 'query', position: 30, cause: { message: 'broken' } });
    expect([counts[closed], counts[closedTooEarly], counts[committed]]).toEqual([counts[opened], 0, 0]);
  });

  test('is taken back when the run is cancelled, and a teardown that throws then is told as an event', async () => {
    const { scene: given, counts } = scene({ trouble: 'teardown throws' });
    const run = endless.start(given, options);
    const events = eventsOf(run);
    await until(() => counts[opened] === lanes);
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED' });
    expect(counts[closed]).toBe(counts[opened]);
    const told = events.filter((event) => event.type === 'releaseFailed');
    expect(told).toEqual(
      Array.from({ length: lanes }, () =>
        expect.objectContaining({ stage: 'query', error: expect.objectContaining({ message: 'not closed' }) }),
      ),
    );
  });
});

describe('a resource of a lane that dies', () => {
  test('W7 is abandoned, and its successor makes another', async () => {
    const { scene: given, counts } = scene({ trouble: 'task dies once', options: { retry: { attempts: 2, delayMs: 1 } } });
    const report = await resourceful.run(given, { workers: 1, graceMs: 300 });
    expect(report.delivered).toBe(200);
    expect([counts[opened], counts[closed]]).toEqual([2, 1]);
    expect(resourcesIn(report)).toEqual({ opened: 2, closed: 1, abandoned: 1 });
  });
});

describe('W7 the report counts resources of lanes that are processes', () => {
  const options: RunOptions = { workers: 1, graceMs: 300 };

  test('that were taken back, and none when there was no item', async () => {
    const report = await processed.run({ items: 20 }, options);
    expect([report.delivered, resourcesIn(report)]).toEqual([20, { opened: 1, closed: 1, abandoned: 0 }]);
    const none = await processed.run({ items: 0 }, options);
    expect(resourcesIn(none)).toEqual({ opened: 0, closed: 0, abandoned: 0 });
  }, 20_000);

  test('of one that died: abandoned, and its successor made another', async () => {
    const report = await processed.run({ items: 20, trouble: 'task dies once' }, options);
    expect([report.delivered, resourcesIn(report)]).toEqual([20, { opened: 2, closed: 1, abandoned: 1 }]);
  }, 20_000);

  test('whose teardown threw, or never ended', async () => {
    const threw = await rejection(processed.run({ items: 20, trouble: 'teardown throws' }, options));
    expect(resourcesIn(reportOn(threw))).toEqual({ opened: 1, closed: 1, abandoned: 0 });
    const late = await rejection(processed.run({ items: 20, trouble: 'teardown never ends' }, options));
    expect(resourcesIn(reportOn(late))).toEqual({ opened: 1, closed: 0, abandoned: 1 });
  }, 20_000);
});

describe('a resource of an io stage', () => {
  test('is shared by all of its tasks, and taken back after the last of them', async () => {
    const log: string[] = [];
    const made = local(() =>
      flow(upTo(8)).pipe(
        io(
          'query',
          async (n, { resource }) => {
            await resource.passed;
            log.push('task');
            return n;
          },
          {
            concurrency: 4,
            setup: () => {
              log.push('setup');
              const opened = gate();
              setImmediate(opened.open);
              return opened;
            },
            teardown: () => void log.push('teardown'),
          },
        ),
      ),
    );
    const report = await made.run();
    expect(log).toEqual(['setup', ...upTo(8).map(() => 'task'), 'teardown']);
    expect(resourcesIn(report)).toEqual({ opened: 1, closed: 1, abandoned: 0 });
  });

  test('that is made when the run is over is taken back all the same', async () => {
    const opening = gate();
    let torn = 0;
    const made = local(() =>
      flow([1]).pipe(
        io('query', (n) => n, {
          setup: () => opening.passed,
          teardown: () => {
            torn += 1;
          },
        }),
      ),
    );
    const run = made.start(undefined, { graceMs: 20 });
    await until(() => run.snapshot().stages[1]!.busyMs > 0);
    run.cancel();
    await rejection(run.finished);
    expect(torn).toBe(0);
    opening.open();
    await until(() => torn === 1);
  });

  test('is taken back when the flow needs no more of it', async () => {
    let torn = 0;
    const made = local(() =>
      flow(upTo(1000)).pipe(
        io('query', (n) => n, {
          setup: () => 1,
          teardown: () => {
            torn += 1;
          },
        }),
        take(3),
      ),
    );
    expect((await made.run()).delivered).toBe(3);
    expect(torn).toBe(1);
  });
});
