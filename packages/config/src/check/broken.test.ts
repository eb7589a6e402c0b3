import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigFolder } from '../folder.fixture.js';
import { brokenFiles } from './broken.fixture.js';
import { checkConfig } from './check-config.js';

const corpus = brokenFiles();

describe('of a broken file, the place and the way to mend it are told', () => {
  let folder: ConfigFolder;

  beforeAll(() => {
    folder = new ConfigFolder();
    folder.write('failing.mjs', "throw new Error('it fails when it is loaded');");
    folder.write('garbage.mjs', 'export const = ;');
  });

  afterAll(() => folder.remove());

  test('there are many of them, each of its own', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(110);
    expect(new Set(corpus.map(({ what }) => what)).size).toBe(corpus.length);
    expect(new Set(corpus.map(({ text }) => text)).size).toBe(corpus.length);
  });

  test.each(corpus.map((each) => [each.what, each] as const))('%s', async (_what, each) => {
    const { text, rule, says, hint, line, column, length } = each;
    const file = folder.write('pipeline.yaml', text);

    const { problems, loaded } = await checkConfig(file, { env: { WORD: 'abc' } });

    expect(loaded).toBeUndefined();
    const errors = problems.filter(({ severity }) => severity === 'error');
    // One thing is wrong, and one thing is told.
    expect(errors.map((error) => [error.rule, error.message])).toEqual([[rule, expect.stringContaining(says)]]);
    expect(errors[0]).toMatchObject({ file, line, column, length });
    expect(errors[0]!.hint ?? '').toContain(hint);
  });
});
