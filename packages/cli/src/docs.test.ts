import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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

  /** What they wrote on stdout, by their first two words. */
  const outputs = new Map<string, string>();

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
    outputs.set(command.split(' ').slice(0, 2).join(' '), finished.out);
    expect({ code: finished.code, err: finished.code === code ? '' : finished.err }).toEqual({ code, err: '' });
  });

  test('the sample project passes its check, and its three tests', () => {
    expect(outputs.get('check orders.yaml')).toContain('orders.yaml: dead letters "ndjson": can be opened\n');
    expect(outputs.get('check orders.yaml')).not.toContain('error');
    expect(outputs.get('test orders.yaml')?.match(/^ok /gm)).toHaveLength(3);
  });

  test('it writes the orders that can be parsed and are paid, and the one that cannot is a dead letter', () => {
    const rows = readFileSync(join(folder.path, 'out/orders.ndjson'), 'utf8').trim().split('\n');
    expect(rows.map((row) => JSON.parse(row).id)).toEqual(['1001', '1004', '1005']);
    expect(outputs.get('dlq ls')).toMatch(
      /0 {2}\S+ {2}parse {2}\S*orders\.csv:4:1 +1 {2}Error: order 1003: "oops" is no amount\n/,
    );
    expect(JSON.parse(outputs.get('dlq show')!)).toMatchObject({ stage: 'parse', item: { id: '1003' } });
  });

  test('list, describe and schema tell what there is', () => {
    expect(outputs.get('list')).toMatch(/^ {2}csv\.read +Records of a CSV file/m);
    expect(outputs.get('describe csv.read')).toContain(
      '  delimiter (absent: ",")\n      One character between fields, never guessed.\n',
    );
    expect(JSON.parse(outputs.get('schema')!)).toHaveProperty('$schema');
  });

  test('what convert prints runs the same', async () => {
    await folder.write('converted.ts', outputs.get('convert orders.yaml')!);
    const before = readFileSync(join(folder.path, 'out/orders.ndjson'), 'utf8');
    rmSync(join(folder.path, 'out/orders.ndjson'));
    const { code } = await folder.run(['run', 'converted.ts', '--quiet']);
    expect(code).toBe(2);
    expect(readFileSync(join(folder.path, 'out/orders.ndjson'), 'utf8')).toBe(before);
  });

  test('a dead letter that there is not is an error', async () => {
    const { code, err } = await folder.run(['dlq', 'show', 'out/rejects.ndjson', '1']);
    expect({ code, err }).toEqual({ code: 64, err: 'out/rejects.ndjson has no dead letter 1: they are numbered 0 to 0\n' });
  });

  test('a project is not written over another, and wants --yes where nobody can answer', async () => {
    const again = await folder.run(['init', '.', '--yes']);
    expect(again).toMatchObject({ code: 64, err: expect.stringContaining('. has package.json, orders.yaml') });
    expect(await folder.run(['init', 'other'])).toMatchObject({ code: 64, err: expect.stringContaining('give --yes') });
  });
});
