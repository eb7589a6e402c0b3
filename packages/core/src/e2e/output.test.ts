import { expect, test } from '@jest/globals';
import { type RunEvent, stageAtWork } from '@millrace/core';
import { printing, watched } from './output.fixture.js';

type Output = Extract<RunEvent, { type: 'output' }>;

test("with output: 'events' a run tells the lines that its workers print, with their lane and the stages of their pool", async () => {
  const lines: Output[] = [];
  const run = printing.start(['a', 'b'], { workers: 1, output: 'events' });
  run.events.subscribe((event) => {
    if (event.type === 'output') lines.push(event);
  });
  await run.finished;
  const of = (stream: Output['stream']) => lines.filter((line) => line.stream === stream).map(({ text }) => text);
  expect(of('stdout')).toEqual(['out a', 'out b']);
  expect(of('stderr')).toEqual(['err a', 'err b']);
  expect(lines[0]).toMatchObject({ pool: 0, worker: 0, stages: ['shout'] });
});

test('the stage at work is the one whose task is called; none after its first await, and none outside of runs', async () => {
  const seen: unknown[] = [];
  for await (const item of watched.iterate(['a'])) seen.push(item);
  expect(seen).toEqual([['look', undefined]]);
  expect(stageAtWork()).toBeUndefined();
});
