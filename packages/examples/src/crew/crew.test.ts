import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('several producers and consumers: each item is got exactly once, and each consumer sees the end, on threads and on processes', async () => {
  const lines = await shortRun('crew');
  for (const [kind, ofKind] of Object.entries({ threads: lines.slice(0, 3), processes: lines.slice(3) })) {
    const got = ofKind
      .slice(0, 2)
      .map((line, n) => Number(new RegExp(`^${kind}: consumer ${n + 1} has got (\\d+), then the end$`).exec(line)![1]));
    expect(got[0]! + got[1]!).toBe(60);
    expect(ofKind.slice(2)).toEqual([`${kind}: 60 of 60 items were got exactly once`]);
  }
});
