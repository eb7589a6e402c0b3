import { afterAll, describe, expect, test } from '@jest/globals';
import { Barrier, Condition, SharedArray, SharedQueue, SharedValue } from '@millrace/workers';
import { Puppet } from './puppets.fixture.js';

const ROUNDS = 1000;
const puppets = [new Puppet(), new Puppet(), new Puppet(), new Puppet()] as const;
afterAll(() => Promise.all(puppets.map((puppet) => puppet.kill())));

describe('1,000 rounds of four threads', () => {
  test('through a barrier: none is lost, and each index comes once in each', async () => {
    const barrier = new Barrier(4);
    const sums = new SharedArray('int32', ROUNDS, { lock: false });
    await Promise.all(puppets.map((puppet) => puppet.perform('rounds', barrier, sums, ROUNDS)));
    expect([...new Set(sums.array)]).toEqual([1 + 2 + 3 + 4]);
    expect([barrier.waiting, barrier.broken]).toEqual([0, false]);
  });

  test('through a condition: each takes its turn, one after the other', async () => {
    const condition = new Condition();
    const turn = new SharedValue('int32');
    await Promise.all(puppets.map((puppet, i) => puppet.perform('turns', condition, turn, i, 4, ROUNDS / 4)));
    expect(turn.value).toBe(ROUNDS);
  });

  test('through a queue with less room than threads: what goes in comes out, once', async () => {
    const queue = new SharedQueue<{ from: number; i: number }>({ capacity: 2 });
    const [a, b, c, d] = puppets;
    const consumed = [c, d].map((puppet) => puppet.perform<{ from: number; i: number }[]>('consume', queue));
    await Promise.all([a.perform('produce', queue, 0, ROUNDS), b.perform('produce', queue, 1, ROUNDS)]);
    queue.close();
    const all = (await Promise.all(consumed)).flat().map(({ from, i }) => from * ROUNDS + i);
    expect(all.sort((x, y) => x - y)).toEqual(Array.from({ length: 2 * ROUNDS }, (_, i) => i));
  });
});
