import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PlanError } from '@millrace/core';
import { ConfigFolder } from './folder.fixture.js';
import { loadConfig } from './load-config.js';
import { previewConfig } from './preview.js';

const text = `version: 1
name: p
source: { lines: { path: in.txt } }
run: { workers: 0 }
stages:
  - cpu: parse
    use: ./tasks.mjs#parseStrictly
    onError: deadLetter
  - tee: audit
    stages: [{ io: told, use: ./tasks.mjs#text }]
    sink: { lines: { path: audit.txt } }
  - route:
      - { case: great, when: ./tasks.mjs#isGreat, stages: [{ io: double, use: ./tasks.mjs#double }], sink: { ndjson: { path: great.ndjson } } }
      - { otherwise: rest }
  - io: last
    use: ./tasks.mjs#text
sink: { lines: { path: out.txt } }
errors: { deadLetters: { ndjson: { path: dlq.ndjson } } }
`;

describe('a preview', () => {
  let folder: ConfigFolder;

  beforeEach(() => {
    folder = new ConfigFolder();
    folder.write('in.txt', 'a,1\nb,oops\nc,250\n');
  });

  afterEach(() => folder.remove());

  async function rows(stage: string | undefined, limit = 10): Promise<unknown[]> {
    const loaded = await loadConfig(folder.write('p.yaml', text));
    const found: unknown[] = [];
    for await (const row of previewConfig(loaded, { stage, limit })) found.push(row);
    return found;
  }

  const [a, c] = [
    { id: 'a', total: 1 },
    { id: 'c', total: 250 },
  ];

  test.each([
    ['parse', [a, c]],
    ['told', [JSON.stringify(a), JSON.stringify(c)]],
    ['double', [{ id: 'c', total: 500 }]],
    ['great', [{ id: 'c', total: 500 }]],
    ['rest', [a]],
  ])('of %s is what leaves it, and nothing is written', async (stage, expected) => {
    expect(await rows(stage)).toEqual(expected);
    for (const output of ['audit.txt', 'great.ndjson', 'out.txt', 'dlq.ndjson']) expect(folder.outputOf(output)).toBeUndefined();
  });

  test('of no stage is what comes out of the last', async () => {
    expect((await rows(undefined)).sort()).toEqual([JSON.stringify(a), JSON.stringify({ id: 'c', total: 500 })]);
  });

  test('ends at its limit', async () => {
    expect(await rows('parse', 1)).toEqual([a]);
    expect(await rows('parse', 0)).toEqual([]);
  });

  test('of a stage that does not exist tells those that do', async () => {
    await expect(rows('prse')).rejects.toThrow(PlanError);
    await expect(rows('prse')).rejects.toThrow('"parse"');
  });
});
