import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Flow, flow, io, PlanError, pipeline, type SinkFlow } from '@millrace/core';
import { rejection, TestFolder } from './file/folder.fixture.js';
import { csv, ndjson, parquet } from './index.js';

let folder: TestFolder;
beforeEach(() => {
  folder = new TestFolder();
  mkdirSync(folder.file('real'));
  symlinkSync('real', folder.file('linked'));
  symlinkSync('real/a.txt', folder.file('latest.txt'));
});
afterEach(() => folder.remove());

let declared = 0;
const ended = (factory: () => SinkFlow) => {
  declared += 1;
  return pipeline({ url: import.meta.url }, `shared-${declared}`, (_: undefined) => factory());
};
const rows = { opened: 0 };
const source = () => {
  rows.opened += 1;
  return [{ id: 1 }];
};

describe('G19 a file that two sinks would replace by different names', () => {
  test.each<[string, (flow: Flow<{ id: number }>) => SinkFlow]>([
    [
      'a linked folder',
      (f) => f.tee('copy', (copy) => copy.to(ndjson.write(folder.file('linked/a.txt')))).to(csv.write(folder.file('real/a.txt'))),
    ],
    [
      'a link that leads to nothing yet',
      (f) =>
        f
          .tee('copy', (copy) => copy.to(ndjson.write(folder.file('latest.txt'), { gzip: true })))
          .to(parquet.write(folder.file('linked/a.txt'))),
    ],
  ])('fails the run before anything is read, and leaves nothing: %s', async (_, to) => {
    rows.opened = 0;
    const error = await rejection(ended(() => to(flow(source))).run(undefined));
    expect(error).toBeInstanceOf(PlanError);
    expect(String(error)).toMatch(
      /sink ".*" and sink ".*" both write .*real\/a\.txt, and the one that commits last would replace/,
    );
    expect(rows.opened).toBe(0);
    expect(folder.names()).toEqual(['latest.txt', 'linked', 'real']);
    expect(readdirSync(folder.file('real'))).toEqual([]);
  });

  test('is not that of the dead letters either', async () => {
    const letters = () =>
      flow(source, { deadLetters: ndjson.write(folder.file('latest.txt')) })
        .pipe(io('pass', (row) => row, { onError: 'deadLetter' }))
        .to(ndjson.write(folder.file('real/a.txt')));
    const error = await rejection(ended(letters).run(undefined));
    expect(String(error)).toMatch(/sink "ndjson" and sink "ndjson \(dead letters\)" both write/);
  });

  test('may be replaced by one run after the other', async () => {
    for (const name of ['latest.txt', 'linked/a.txt']) {
      await expect(ended(() => flow(source).to(ndjson.write(folder.file(name)))).run(undefined)).resolves.toMatchObject({
        delivered: 1,
      });
    }
  });
});
