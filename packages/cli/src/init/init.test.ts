import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Folder } from '../program.fixture.js';
import { type Choices, withDefaults } from './choices.js';
import { projectFiles } from './project.js';
import { askChoices, Questions } from './questions.js';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

describe('questions', () => {
  async function answered(input: string, given: Partial<Choices> = {}): Promise<readonly [Choices | undefined, string]> {
    const [typed, shown] = [new PassThrough(), new PassThrough()];
    const questions = new Questions(typed, shown);
    typed.end(input);
    const made = await askChoices(questions, given);
    questions.close();
    return [made, String(shown.read() ?? '')];
  }

  test('an empty line takes the default', async () => {
    const [made, shown] = await answered('\n\n\n');
    expect(made).toEqual({ from: 'csv', to: 'ndjson', language: 'ts' });
    expect(shown).toContain('Format of the orders that are read ([csv], ndjson, json): ');
  });

  test('an answer that is none of the values is asked for again', async () => {
    const [made, shown] = await answered('xml\n NDJSON \ncsv\njs\n');
    expect(made).toEqual({ from: 'ndjson', to: 'csv', language: 'js' });
    expect(shown.match(/that are read/g)).toHaveLength(2);
  });

  test('what an option says is not asked', async () => {
    const [made, shown] = await answered('json\n', { from: 'json', language: 'js' });
    expect(made).toEqual({ from: 'json', to: 'json', language: 'js' });
    expect(shown).not.toMatch(/that are read|Language/);
  });

  test('nothing is made when the input ends before the last answer', async () => {
    expect((await answered('csv\n'))[0]).toBeUndefined();
  });
});

test('a project has the tasks in one language, and the sample in one format', () => {
  const files = projectFiles('/shop', withDefaults({ from: 'json', language: 'js' }));
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['orders.yaml', 'orders.js', 'data/orders.json']));
  expect(JSON.parse(files['package.json']!)).not.toHaveProperty('devDependencies');
  const { 'millrace.schema.json': _schema, ...own } = files;
  expect(Object.values(own).join('\n')).not.toMatch(/orders\.(ts|csv)/);
});

describe('the project of', () => {
  test.each([
    ['ndjson', 'json', 'js'],
    ['json', 'csv', 'js'],
    ['ndjson', 'csv', 'ts'],
  ])(
    '%s, %s and %s passes its tests, and runs',
    async (from, to, language) => {
      const made = await folder.run(['init', '.', '--yes', '--from', from, '--to', to, '--language', language]);
      expect(made).toMatchObject({ code: 0 });
      const tested = await folder.run(['test', 'orders.yaml']);
      expect(tested.out.match(/^ok /gm)).toHaveLength(3);
      expect(await folder.run(['run', 'orders.yaml', '--quiet'])).toMatchObject({ code: 2 });
      const written = readFileSync(join(folder.path, `out/orders.${to}`), 'utf8');
      expect(written.match(/100\d/g)).toEqual(['1001', '1004', '1005']);
    },
    80_000,
  );
});

describe('at a terminal', () => {
  const bin = fileURLToPath(new URL('../../bin/millrace.js', import.meta.url));

  /** Types the lines when it is asked, into a terminal that `script` of util-linux makes. */
  async function typed(lines: readonly string[]): Promise<string> {
    const child = spawn('script', ['-qec', `${process.execPath} ${bin} init shop`, '/dev/null'], {
      cwd: folder.path,
      timeout: 25_000,
    });
    let shown = '';
    let answered = 0;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      shown += chunk;
      if ((shown.match(/(\): |\[Y\/n\] )/g)?.length ?? 0) > answered) child.stdin.write(`${lines[answered++] ?? ''}\n`);
    });
    await once(child, 'close');
    return shown;
  }

  test('it asks, and makes what was answered', async () => {
    const shown = await typed(['json', '', 'js', 'y']);
    expect(shown).toContain('made 8 files');
    expect(existsSync(join(folder.path, 'shop/data/orders.json'))).toBe(true);
    expect(existsSync(join(folder.path, 'shop/orders.js'))).toBe(true);
  });

  test('it makes nothing for whoever says no', async () => {
    expect(await typed(['', '', '', 'n'])).toContain('nothing was made');
    expect(existsSync(join(folder.path, 'shop'))).toBe(false);
  });
});
