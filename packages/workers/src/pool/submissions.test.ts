import { expect, test } from '@jest/globals';
import { Submissions } from './submissions.js';

test('calls whose items are large wait for another batch, and are counted as waiting until then', () => {
  let taken = 0;
  const submissions = new Submissions(
    { poke: () => undefined, giveUp: () => undefined },
    { workers: 1, enter: () => undefined, onTaken: (items) => (taken += items), onSettled: () => undefined },
  );
  for (let i = 0; i < 40; i += 1) void submissions.add('x'.repeat(2 ** 20), undefined);
  const sizes: number[] = [];
  while (submissions.hasFresh) {
    sizes.push(submissions.draw(1024).items.length);
    expect(submissions.waiting).toBe(40 - taken);
  }
  expect(taken).toBe(40);
  expect(Math.max(...sizes)).toBe(4);
});
