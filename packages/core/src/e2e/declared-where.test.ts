import { afterEach, describe, expect, test } from '@jest/globals';
import { Project } from './project.fixture.js';

const projects: Project[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

/** What the script prints; each failed run prints its error, on a line. */
async function printed(script: string): Promise<string[]> {
  const project = new Project({
    'main.js': `
      import { isMainThread } from 'node:worker_threads';
      import { cpu, flow, pipeline } from '@millrace/core';
      const double = (n) => n * 2;
      const told = (error) => console.log(error.name, error.message);
      ${script}
      console.log('end');
    `,
  });
  projects.push(project);
  const { code, stdout, stderr } = await project.run('main.js');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trim().split('\n');
}

describe('a pipeline that a worker does not meet', () => {
  test('because it is declared in a function', async () => {
    const lines = await printed(`
      const declared = () => pipeline(import.meta, 'inner', () => flow([1]).pipe(cpu('double', double)));
      if (isMainThread) await declared().run(undefined, { workers: 1 }).catch(told);
    `);
    // Nothing keeps the worker from reading the module to its end.
    const [error, ...others] = lines.filter((line) => line !== 'end');
    expect(others).toEqual([]);
    expect(error).toMatch(
      /^PlanError a worker that imported file:.*main\.js did not find pipeline "inner" there; it found none\. /,
    );
    expect(error).toContain('declared in a function or a condition that importing the module does not run');
    expect(error).toContain('declare it at the top level of its module');
  });

  test('because it is declared after a top-level await of a run', async () => {
    const [error, end] = await printed(`
      const first = pipeline(import.meta, 'first', () => flow([1]).pipe(cpu('double', double)));
      await first.run(undefined, { workers: 1 });
      const second = pipeline(import.meta, 'second', () => flow([1]).pipe(cpu('double', double)));
      await second.run(undefined, { workers: 1 }).catch(told);
    `);
    expect(end).toBe('end');
    expect(error).toMatch(/^PlanError a worker .* did not find pipeline "second" there; it found "first"\. /);
    expect(error).toContain('declared after a top-level await of a run; declare all pipelines before the first run');
  });

  test('is not taken for one behind an await, when a run is only started before it', async () => {
    const lines = await printed(`
      const first = pipeline(import.meta, 'first', () => flow([1]).pipe(cpu('double', double)));
      const running = first.run(undefined, { workers: 1 });
      const declared = () => pipeline(import.meta, 'inner', () => flow([1]).pipe(cpu('double', double)));
      if (isMainThread) await declared().run(undefined, { workers: 1 }).catch(told);
    `);
    const error = lines.find((line) => line !== 'end');
    expect(error).toContain('it found "first". It is declared in a function or a condition');
  });
});

test('a pipeline declared after a run that is started and not awaited is found', async () => {
  const lines = await printed(`
    const first = pipeline(import.meta, 'first', () => flow([1]).pipe(cpu('double', double)));
    const running = first.run(undefined, { workers: 1 });
    const second = pipeline(import.meta, 'second', () => flow([1, 2]).pipe(cpu('double', double)));
    const { delivered } = await second.run(undefined, { workers: 1 });
    console.log((await running).delivered, delivered);
  `);
  expect(lines).toEqual(['1 2', 'end']);
});

test('a factory that uses what is declared after a top-level await of a run is told so', async () => {
  const [error, end] = await printed(`
    const first = pipeline(import.meta, 'first', () => flow([1]).pipe(cpu('double', double)));
    const second = pipeline(import.meta, 'second', () => flow(numbers).pipe(cpu('double', double)));
    await first.run(undefined, { workers: 1 });
    const numbers = [1, 2, 3];
    await second.run(undefined, { workers: 1 }).catch(told);
  `);
  expect(end).toBe('end');
  expect(error).toMatch(
    /^PlanError the factory of pipeline "second" \(file:.*\) failed in a worker: Cannot access 'numbers' before/,
  );
  expect(error).toContain('It is declared after a top-level await of a run, and a worker reads the module no further than that');
  expect(error).toContain('declare "numbers" before the first run');
});
