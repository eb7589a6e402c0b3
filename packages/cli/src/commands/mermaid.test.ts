import { expect, test } from '@jest/globals';
import { cpu, flow, pipeline } from '@millrace/core';
import { mermaid } from './mermaid.js';

test('a plan is a flowchart: a box a stage, an arrow a queue', () => {
  const plan = pipeline(import.meta, 'chart', () => flow([1]).pipe(cpu('square "it"', (n: number) => n * n))).plan(undefined, {
    cores: 2,
  });
  expect(mermaid(plan)).toBe(`flowchart LR
  s0[("source<br/>source")]
  s1["square #quot;it#quot;<br/>cpu × 2"]
  s2[("output<br/>sink")]
  s0 --> s1
  s1 --> s2`);
});
