import { describe, expect, test } from '@jest/globals';
import { toArray } from 'rxjs';
import { flow } from '../declare/flow/flow.js';
import { cpu, io } from '../declare/steps/stage.js';
import { PlanError } from '../errors.js';
import { boundLine, explain } from './explain.js';
import { double, nowhere, planned, rows, wholeFlow } from './plan.fixture.js';
import type { Plan } from './plan.js';

describe('explain', () => {
  test('R3 tells of each stage where it runs, its limits and every reason, then the bound and the guarantee', () => {
    const plan = planned(wholeFlow());
    const lines = explain(plan).split('\n');
    expect(lines[0]).toBe('pipeline "test": 4 worker threads');
    expect(lines).toContain('  source "rows" on the event loop');
    expect(lines).toContain(
      '  cpu "parse" on worker threads: workers 4, capacity 1024, window 8192, batch ≤ 1024, order input, onError fail',
    );
    expect(lines).toContain('  inline "inline-1" on the main thread: capacity 1024, maxHeld 65536');
    expect(lines).toContain(
      '  io "fetch" on the event loop: concurrency 16, capacity 1024, window 32, order input, onError fail',
    );
    expect(lines).toContain('  sink "nowhere" on the event loop: concurrency 1, capacity 1024, batch ≤ 1024, onError fail');
    for (const { reasons } of plan.stages) for (const reason of reasons) expect(lines).toContain(`    ${reason}`);
    expect(lines).toContain(`bound: ${plan.bound.items} + what inline-1 retains items in memory`);
    expect(lines.slice(-1 - plan.bound.terms.length, -1)).toEqual(
      plan.bound.terms.map(({ stage, items, why }) => `  ${items} ${stage}: ${why}`),
    );
    expect(lines.at(-1)).toBe('guarantee: none: nothing is stored');
  });

  test('what is no plan is refused, with where to get one', () => {
    for (const [value, text] of [
      [undefined, 'undefined'],
      [flow([1]), 'a Flow'],
      [{}, 'an object'],
    ] as const) {
      const misuse = (): string => explain(value as unknown as Plan);
      expect(misuse).toThrow(PlanError);
      expect(misuse).toThrow(`explain(plan): it must be what pipeline.plan(params) gives, got ${text}`);
    }
  });

  test('tells of retries and time limits', () => {
    const retry = { attempts: 5, delayMs: 10, when: () => true };
    const text = explain(planned(flow([1]).pipe(cpu('a', double, { timeoutMs: 50, retry }), io('b', double, { timeoutMs: 7 }))));
    expect(text).toContain('order input, timeoutMs 50, attempts 5, onError fail');
    expect(text).toContain('up to 5 attempts an item, where `when` wants them, after up to 10 ms, then 2 times as long each');
    expect(text).toContain('an attempt may take 50 ms, beyond that its lane is ended if it does not heed its signal');
    expect(text).toContain('an attempt may take 7 ms, beyond that it loses its place; one that never awaits cannot be ended');
  });

  test('tells of resources, moved buffers and replaced workers, of the last two only where there are lanes', () => {
    const options = { setup: () => 1, transfer: true, maxTasksPerWorker: 9 };
    const declared = flow([1]).pipe(cpu('a', double, options), io('b', double, { setup: () => 1 }));
    const text = explain(planned(declared));
    expect(text).toContain('maxTasksPerWorker 9, transfer, onError fail');
    expect(text).toContain('setup makes a resource in each lane before its first item there');
    expect(text).toContain('setup makes a resource for all of its tasks before the first item');
    expect(explain(planned(declared, { workers: 0 }))).not.toContain('transfer');
  });

  test.each([
    [0, 'no worker threads'],
    [1, '1 worker thread'],
    [2, '2 worker threads'],
  ])('%i lanes read %j', (workers, text) => {
    const plan = planned(flow([1]).pipe(cpu('a', double)), { workers });
    expect(explain(plan).split('\n')[0]).toBe(`pipeline "test": ${text}`);
  });

  test('names what is fused', () => {
    const plan = planned(flow([1]).to(nowhere));
    const fused = { ...plan, stages: plan.stages.map((stage) => ({ ...stage, fusedWith: ['a', 'b'] })) };
    expect(explain(fused)).toContain('fused with a, b');
  });
});

describe('the line of the bound', () => {
  test('gives a number when there is one', () => {
    expect(boundLine(planned(flow(rows(10)).to(nowhere)).bound)).toBe('bound: 2058 items in memory');
  });

  test('names the source whose pulls have no bound', () => {
    expect(boundLine(planned(flow(rows()).to(nowhere)).bound)).toBe('bound: 2048 + one pull of rows items in memory');
  });

  test('names the stages that may retain', () => {
    const { bound } = planned(flow(rows()).pipe(toArray()).to(nowhere));
    expect(boundLine(bound)).toBe('bound: 68608 + one pull of rows + what inline-1 retains items in memory');
  });
});
