import { describe, expect, test } from '@jest/globals';
import { PlanError, type RunReport, StageError, TimeoutError, WorkerDeathError } from '@millrace/core';
import { type Death, declareLate, dying, dyingLate, otherStages, rerun, told } from './deaths.fixture.js';
import { stuck } from './ends.fixture.js';
import { unloadable } from './failing-import.fixture.js';
import { hanging } from './hanging-import.fixture.js';
import { discrepancies, eventsOf, rejection, until, upTo } from './kit.fixture.js';

const oneLane = { workers: 1, graceMs: 100 };

describe('a worker that dies', () => {
  const deaths: [Death, number | undefined][] = [
    ['exit', 5],
    ['uncaught', 5],
    ['unhandled rejection', 5],
    ['exit in operators', undefined],
  ];
  test.each(deaths)('W1 by %s fails the run with a WorkerDeathError', async (death, position) => {
    const run = dying.start(death, oneLane);
    const events = eventsOf(run);
    const error = (await rejection(run.finished)) as StageError & { report: RunReport };
    expect(error).toBeInstanceOf(StageError);
    expect(error).toMatchObject({ stage: 'die', position });
    expect(error.cause).toBeInstanceOf(WorkerDeathError);
    const cause = error.cause as WorkerDeathError;
    if (death.startsWith('exit')) expect(cause.exitCode).toBe(7);
    else expect(cause.cause).toMatchObject({ name: 'RangeError', message: 'nobody catches this' });
    expect(events.map(({ type }) => type)).toContain('laneDied');
    expect(discrepancies(error.report)).toEqual([]);
  });

  test('W2 between two items loses none: what it held runs again', async () => {
    const died = new SharedArrayBuffer(4);
    const items: number[] = [];
    for await (const item of rerun.iterate({ died }, { workers: 1 })) items.push(item);
    expect(new Int32Array(died)[0]).toBe(1);
    expect(items).toEqual(upTo(200));
  });

  test('W5 does not come to its end in an endless loop: a cancel ends it after the grace', async () => {
    const run = stuck.start(undefined, oneLane);
    await until(() => run.snapshot().read === 3);
    await until(() => run.snapshot().stages[1]!.in === 3);
    run.cancel('enough');
    expect(await rejection(run.finished)).toMatchObject({ code: 'ERR_CANCELLED', cause: 'enough' });
  });
});

test('a lane that dies after its stage has ended does not undo what is being committed', async () => {
  const run = dyingLate.start({ committing: new SharedArrayBuffer(4) }, { workers: 1, maxRestarts: 0 });
  run.events.subscribe(({ type }) => type === 'laneDied' && told.open());
  expect(await run.finished).toMatchObject({ outcome: 'completed', delivered: 1 });
});

describe('a module', () => {
  test('W6 whose import fails in a worker', async () => {
    const error = await rejection(unloadable.run(undefined, oneLane));
    expect(error).toMatchObject({
      code: 'ERR_PLAN',
      message: expect.stringContaining('a worker could not import file:'),
      cause: { name: 'SyntaxError', message: 'this module does not load in a worker' },
    });
  });

  test('W6 whose import never settles ends in a TimeoutError after startTimeoutMs', async () => {
    const error = (await rejection(hanging.run(undefined, { ...oneLane, startTimeoutMs: 5000 }))) as PlanError;
    expect(error.message).toContain('did not load file:');
    expect(error.message).toContain('raise startTimeoutMs');
    expect(error.cause).toBeInstanceOf(TimeoutError);
  });

  test('W6 that declares the pipeline only when a function is called', async () => {
    const error = await rejection(declareLate('late').run(undefined, oneLane));
    expect(error).toBeInstanceOf(PlanError);
    expect((error as Error).message).toContain('did not find pipeline "late"');
    expect((error as Error).message).toContain('"dying", "rerun", "other stages"');
    expect(error).toHaveProperty('report.outcome', 'failed');
  });

  test('W6 whose factory builds other stages in a worker: both lists are shown', async () => {
    const error = await rejection(otherStages.run(undefined, oneLane));
    expect(error).toBeInstanceOf(PlanError);
    const { message } = error as Error;
    expect(message).toContain('Main thread: io "read", cpu "main only"');
    expect(message).toContain('Worker: io "read", cpu "worker only"');
  });
});

test('E8 runs on threads leave no listener for signals behind', async () => {
  const counts = (): number[] =>
    ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection'].map((name) => process.listenerCount(name));
  const before = counts();
  await rerun.run({ died: new SharedArrayBuffer(4) }, { workers: 1 });
  await rejection(dying.run('exit', oneLane));
  expect(counts()).toEqual(before);
});
