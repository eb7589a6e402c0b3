import { describe, expect, test } from '@jest/globals';
import { cpu, PlanError, task } from '@millrace/core';
import { rejection } from './kit.fixture.js';
import { absent, fusedHanging, fusedNamed, hanging, named, namedIo } from './named-task.fixture.js';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('a task that is named by module and export', () => {
  test.each([
    ['in threads', { workers: 1 }, false],
    ['in processes', { workers: 1, isolation: 'process' }, true],
    ['inline', { isolation: 'inline' }, true],
    ['on the main thread', { workers: 0 }, true],
  ] as const)('W10 runs %s', async (_, options, main) => {
    expect(await all(named.iterate('where', options))).toEqual([
      { n: 1, main },
      { n: 2, main },
    ]);
  });

  test('W10 is one of io stages, too', async () => {
    expect(await all(namedIo.iterate('where'))).toEqual([
      { n: 1, main: true },
      { n: 2, main: true },
    ]);
  });

  test('W10 may give many outputs, and is told what a task of a stage is told', async () => {
    expect(await all(named.iterate('twice', { workers: 1 }))).toEqual([1, 1, 2, 2]);
    expect(await all(named.iterate('stage', { workers: 1 }))).toEqual(['score 1', 'score 1']);
  });

  test('W10 runs in one visit with its neighbour', async () => {
    expect(fusedNamed.plan(undefined, { cores: 2 }).stages[2]!.fusedWith).toEqual(['first']);
    expect(await all(fusedNamed.iterate(undefined, { workers: 1 }))).toEqual([
      { n: 2, main: false },
      { n: 3, main: false },
    ]);
  });

  test.each([
    ['a lane', named, { workers: 1 }],
    ['the main thread', named, { workers: 0 }],
    ['an io stage', namedIo, {}],
  ] as const)('W10 one that its module does not export fails the run in %s, under skip too', async (_, pipeline, options) => {
    for (const name of ['missing', 'three']) {
      const error = await rejection(pipeline.run(name, options));
      expect(error).toBeInstanceOf(PlanError);
      expect((error as PlanError).message).toMatch(
        /^stage "score": file:.*plain-functions.*has no function "(missing|three)" among its exports; it has .*"where"/,
      );
    }
  });

  test.each([1, 0])('W10 a module that cannot be imported fails the run (workers: %i)', async (workers) => {
    const error = await rejection(absent.run(undefined, { workers }));
    expect(error).toBeInstanceOf(PlanError);
    expect((error as PlanError).message).toMatch(/^stage "score": could not import file:.*absent\.js/);
  });

  test.each([
    [
      1,
      /^a worker did not load .*named-task.*, or file:.*never-loaded.*, which has the task of stage "score" or of one in its visit, in time/,
    ],
    [0, /^stage "score" failed: TimeoutError: the module of the task of stage "score" was not imported within 300 ms/],
  ])('W10 a module that is never loaded fails the run (workers: %i)', async (workers, message) => {
    const error = await rejection(hanging.run(undefined, { workers, startTimeoutMs: 300 }));
    expect((error as Error).message).toMatch(message);
  });

  test('W10 one that is never loaded is named where its stage is not the first of its visit', async () => {
    const error = await rejection(fusedHanging.run(undefined, { workers: 1, startTimeoutMs: 300 }));
    expect((error as Error).message).toMatch(
      /named-task.*, or file:.*never-loaded.*, which has the task of stage "first" or of one in its visit/,
    );
  });

  test('one that was declared for pools is refused, with the way out', () => {
    const declared = task(import.meta, 'declared', (n: number) => n);
    expect(() => cpu('score', declared)).toThrow(
      'stage "score": task "declared" was declared for pools by task(import.meta, "declared", fn): give the stage its function',
    );
  });
});
