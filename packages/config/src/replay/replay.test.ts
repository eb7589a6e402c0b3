import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { replayConfig } from './replay-config.js';
import {
  branching,
  failing,
  folder,
  letters,
  plain,
  rejected,
  replayed,
  replaysInFolder,
  rows,
  sorted,
} from './replays.fixture.js';

replaysInFolder();

describe('a dead letter goes into the stage that rejected it', () => {
  const everywhere = 'first:1,told:2,in odd:3,last:4';

  test('and on from there to the sinks: before a tee, in it, in a case, behind a route, all in one run', async () => {
    const loaded = await rejected(branching, everywhere);
    expect(letters().map(({ stage }) => stage)).toEqual(['first', 'told', 'in odd', 'last']);
    const { report, ...settled } = await replayed(loaded);
    expect(settled).toEqual({ replayed: 4, failedAgain: 0, remain: 0 });
    expect(report).toMatchObject({ outcome: 'completed', read: 4 });
    expect(sorted('audit')).toEqual([
      { id: 1, by: ['first', 'told'] },
      { id: 2, by: ['first', 'told'] },
    ]);
    expect(sorted('odd')).toEqual([
      { id: 1, by: ['first', 'in odd'] },
      { id: 3, by: ['first', 'in odd'] },
    ]);
    expect(sorted('out')).toEqual([{ id: 4, by: ['first', 'in even', 'last'] }]);
    expect(folder.outputOf('dlq.ndjson')).toBe('');
  });

  test.each([
    ['a tee', ['told'], { audit: [2] }],
    ['a case that ends', ['in odd'], { odd: [3] }],
    ['both', ['told', 'in odd'], { audit: [2], odd: [3] }],
    ['a tee and behind it', ['told', 'last'], { audit: [2], out: [4] }],
    ['the last stage', ['last'], { out: [4] }],
  ])('in %s no sink is opened but those that it leads to', async (_, stages, written) => {
    const loaded = await rejected(branching, everywhere);
    const { sinks } = await replayConfig(loaded, { stages });
    expect(sinks.map(({ file }) => file).sort()).toEqual(Object.keys(written).map((name) => join(folder.path, `${name}.ndjson`)));
    expect(await replayed(loaded, { stages })).toMatchObject({ replayed: stages.length, remain: 4 - stages.length });
    for (const name of ['audit', 'odd', 'out'] as const) {
      expect(sorted(name)?.map(({ id }) => id)).toEqual(Reflect.get(written, name));
    }
    expect(letters().map(({ stage }) => stage)).toEqual(
      ['first', 'told', 'in odd', 'last'].filter((name) => !stages.includes(name)),
    );
  });

  test('in a case that goes on behind its route, which no item comes to', async () => {
    const loaded = await rejected(branching, 'in even:2,in even:4');
    expect(await replayed(loaded)).toMatchObject({ replayed: 2, remain: 0 });
    expect(sorted('out')?.map(({ by }) => by)).toEqual([
      ['first', 'in even', 'last'],
      ['first', 'in even', 'last'],
    ]);
    expect(folder.outputOf('odd.ndjson')).toBeUndefined();
  });

  test('as it came into it, whatever JSON makes of it, and in a lane, which finds the stage in the shorter flow', async () => {
    const loaded = await rejected(plain, 'sort:2,sort:4');
    expect(letters().map(({ encoded }) => encoded)).toEqual(['v8', 'v8']);
    await replayed(loaded, undefined, { workers: 1 });
    expect(sorted('out')).toEqual([
      { id: 2, by: ['sort'], tags: 'id,2', total: '1' },
      { id: 4, by: ['sort'], tags: 'id,4', total: '1' },
    ]);
  });

  test('of a batch as the batch', async () => {
    const text = plain
      .replace('  - { cpu: sort', '  - batch: { items: 2 }\n  - { cpu: sort')
      .replace('./steps.mjs#asText', './steps.mjs#count')
      .replace('./steps.mjs#withMap', './steps.mjs#pass, with: { name: enrich }');
    const loaded = await rejected(text, 'sort:2');
    expect(letters().map(({ item }) => (item as unknown[]).length)).toEqual([2, 2]);
    await replayed(loaded);
    expect(rows('out.ndjson')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  test('of a sink right before that sink', async () => {
    const text = `${plain.slice(0, plain.indexOf('sink:'))}sink: { use: ./steps.mjs#keep, with: { name: kept }, onError: deadLetter }
errors: { deadLetters: { ndjson: { path: dlq.ndjson } } }
`;
    const loaded = await rejected(text, 'kept:3');
    expect(letters()).toMatchObject([{ stage: 'kept', item: { id: 3, by: ['sort'] } }]);
    failing('kept:3');
    expect(await replayed(loaded)).toMatchObject({ replayed: 1, failedAgain: 1, remain: 1 });
    expect(letters()).toMatchObject([{ stage: 'kept', item: { id: 3, by: ['sort'] } }]);
    failing('');
    const { report } = await replayed(loaded);
    expect(report.stages.map(({ kind, in: items }) => [kind, items])).toEqual([
      ['source', 1],
      ['sink', 1],
    ]);
  });

  test('of one of several sinks that are the same connector by the name that it has in the whole flow', async () => {
    const text = plain.replace(
      '  - { io: text, use: ./steps.mjs#asText }',
      '  - route: [{ case: odd, when: ./steps.mjs#odd, stages: [{ io: o, use: ./steps.mjs#withMap }], sink: { ndjson: { path: odd.ndjson }, onError: deadLetter } }, { otherwise: even, stages: [{ io: e, use: ./steps.mjs#asText }] }]',
    );
    const loaded = await rejected(text, '');
    const names = letters().map(({ stage }) => stage);
    expect([...new Set(names)]).toEqual(['ndjson (odd)']);
    await replayed(loaded);
    expect(letters().map(({ stage }) => stage)).toEqual(names);
  });
});
