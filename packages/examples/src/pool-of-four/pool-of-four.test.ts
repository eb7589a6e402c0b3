import { expect, test } from '@jest/globals';
import { shortRun } from '../runner/short-run.fixture.js';

test('each of five tasks is done once, by one of four workers; a closed pool takes none, and is joined when all are done', async () => {
  const lines = await shortRun('pool-of-four');
  const done = lines.flatMap((line) => {
    const found = /^(task \d): [1-5] ms in worker ([0-3])$/.exec(line);
    return found === null ? [] : [{ name: found[1]!, worker: Number(found[2]) }];
  });
  expect(done.map(({ name }) => name).sort()).toEqual([1, 2, 3, 4, 5].map((n) => `task ${n}`));
  expect(lines.filter((line) => line.startsWith('closed: '))).toEqual([expect.stringMatching(/pool/)]);
  const had = [0, 1, 2, 3].map((worker) => `worker ${worker} had ${done.filter((task) => task.worker === worker).length}`);
  expect(lines).toHaveLength(7);
  expect(lines.at(-1)).toBe(`joined: ${had.join(', ')}`);
});
