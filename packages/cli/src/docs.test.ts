import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exitCodes } from './exit-codes.js';
import { Folder } from './program.fixture.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const guide = readFileSync(new URL('../../../docs/guides/command-line.md', import.meta.url), 'utf8');

/** The code blocks of a language. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, of]) => of === language).map(([, , block]) => block!);
}

test('the guide has the exit codes of the program', () => {
  const rows = Object.values(exitCodes).map(({ code, doc }) => `| ${code} | ${doc} |`);
  expect(guide.split('\n').filter((line) => /^\| \d/.test(line))).toEqual(rows);
});

describe('the commands of the README run', () => {
  const folder = new Folder();
  const lines = blocks(readme, 'sh')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('millrace ') && !line.startsWith('millrace init'));
  const commands = lines.map((line) => {
    const [command, comment = ''] = line.split(/ +# /);
    const code = Number(/exit code (\d+)/.exec(comment)?.[1] ?? 0);
    return [command!.replace('millrace ', ''), code] as const;
  });

  beforeAll(async () => {
    // Into the folder itself, where packages are found.
    const { code, err } = await folder.run(['init', '.', '--yes']);
    expect({ code, err }).toMatchObject({ code: 0 });
    const [module] = blocks(readme, 'ts');
    await folder.write('totals.ts', module!);
  });
  afterAll(() => folder.remove());

  test('all of them are looked at', () => {
    expect(commands.length).toBeGreaterThan(10);
  });

  test.each(commands)('millrace %s', async (command, code) => {
    const finished = await folder.run(command.split(' '));
    expect({ code: finished.code, err: finished.code === code ? '' : finished.err }).toEqual({ code, err: '' });
  });
});
