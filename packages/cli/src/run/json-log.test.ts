import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Folder } from '../program.fixture.js';

const folder = new Folder();
const limitMs = 20_000;

const yaml = `version: 1
name: copy
source: { lines: { path: in.txt } }
sink: { lines: { path: out.txt } }
`;

beforeAll(async () => {
  await folder.write('in.txt', 'a\n');
  await folder.write('copy.yaml', yaml);
  await folder.write('broken.yaml', yaml.replace('path: out', 'pth: out'));
  await folder.write('broken.mjs', "throw new Error('not today');");
});
afterAll(() => folder.remove());

/** The entries on stderr, which has nothing else. */
async function logged(args: readonly string[]) {
  const { code, out, err } = await folder.run([...args, '--log-format', 'json']);
  return {
    ...{ code, out },
    entries: err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}

describe('with --log-format json what keeps a run from beginning is an entry, and the last one has the exit code', () => {
  test.each([
    [
      'a file that is wrong, with each place',
      ['run', 'broken.yaml'],
      78,
      {
        name: 'ConfigError',
        code: 'ERR_CONFIG',
        problems: [{ file: 'broken.yaml', line: 4, column: 18, rule: 'unknown-option' }],
      },
    ],
    ['a file that is not there', ['run', 'nowhere.yaml'], 74, { code: 'ERR_FILE', path: 'nowhere.yaml' }],
    ['a module that is not there', ['run', 'nowhere.mjs'], 74, { code: 'ERR_FILE', path: 'nowhere.mjs' }],
    ['a module that throws', ['run', 'broken.mjs'], 78, { code: 'ERR_IMPORT', message: expect.stringContaining('not today') }],
    [
      'an unknown option',
      ['run', 'copy.yaml', '--wokers', '2'],
      64,
      { code: 'ERR_USAGE', message: expect.stringMatching(/^unknown/) },
    ],
    ['no letters to replay', ['dlq', 'replay', 'copy.yaml'], 64, { code: 'ERR_REPLAY' }],
  ])(
    '%s',
    async (_, args, exitCode, error) => {
      const { code, out, entries } = await logged(args);
      expect(entries).toMatchObject([
        { event: 'error', error },
        { event: 'finished', exitCode },
      ]);
      expect({ code, out }).toEqual({ code: exitCode, out: '' });
    },
    limitMs,
  );
});

test(
  'a report that cannot be written is an error before the last entry',
  async () => {
    const { code, entries } = await logged(['run', 'copy.yaml', '--report', 'no/where.json']);
    expect(entries.at(-2)).toMatchObject({ event: 'error', error: { code: 'ERR_FILE', path: 'no/where.json' } });
    expect(entries.at(-1)).toMatchObject({ event: 'finished', exitCode: 74, report: { outcome: 'completed' } });
    expect(code).toBe(74);
  },
  limitMs,
);
