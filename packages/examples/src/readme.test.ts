import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const run = promisify(execFile);
const root = new URL('../../../', import.meta.url).pathname;

/** The first fenced block of a language. */
function block(markdown: string, language: string): string {
  const found = markdown.match(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``));
  if (found?.[1] === undefined) throw new Error(`README.md has no ${language} block`);
  return found[1];
}

/** Each program, with what it is said to print. */
function programs(markdown: string): [program: string, output: string][] {
  const blocks = markdown.matchAll(/```js\n((?:(?!```)[\s\S])*)```\s*```text\n([\s\S]*?)```/g);
  return [...blocks].map(([, program, output]) => [program!, output!]);
}

describe('README', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'readme-'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  test('the example is short and runs as printed', async () => {
    const example = block(await readFile(join(root, 'README.md'), 'utf8'), 'js');
    expect(example.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(15);
    await writeFile(join(folder, 'alaska.mjs'), example);

    const { stdout, stderr } = await run(process.execPath, ['alaska.mjs'], { cwd: folder, timeout: 45_000 });

    expect(stderr).toBe('');
    const airports = (await readFile(join(folder, 'node_modules/vega-datasets/data/airports.csv'), 'utf8')).split('\n');
    const alaskan = airports.filter((line) => line.includes(',AK,'));
    expect(stdout).toMatch(new RegExp(`^${alaskan.length} of 3376 delivered\\. .*`));
    const written = (await readFile(join(folder, 'alaska.ndjson'), 'utf8')).trimEnd().split('\n');
    expect(written).toHaveLength(alaskan.length);
    expect(JSON.parse(written[0]!)).toMatchObject({ state: 'AK', key: expect.stringMatching(/^[0-9a-f]{32}$/) });
  }, 120_000);

  test('the example of core runs as printed', async () => {
    await writeFile(join(folder, 'squares.mjs'), block(await readFile(join(root, 'packages/core/README.md'), 'utf8'), 'js'));
    const { stdout, stderr } = await run(process.execPath, ['squares.mjs'], { cwd: folder, timeout: 45_000 });
    expect(stderr).toBe('');
    const lines = stdout.split('\n');
    expect(lines.slice(0, 5)).toEqual(['#1', '#9', '#25', '#49', '#81']);
    expect(lines[5]).toMatch(/^pipeline "squares": \d+ worker threads?$/);
  }, 120_000);

  test.each(['core', 'workers'])(
    'the examples of %s print what they are said to',
    async (name) => {
      const markdown = await readFile(join(root, 'packages', name, 'README.md'), 'utf8');
      const found = programs(markdown);
      // Those of workers are all whole programs; core shows parts, too.
      expect(found).toHaveLength(name === 'core' ? 1 : markdown.split('```js').length - 1);
      for (const [program, output] of found) {
        await writeFile(join(folder, 'program.mjs'), program);
        const { stdout, stderr } = await run(process.execPath, ['program.mjs'], { cwd: folder, timeout: 45_000 });
        expect({ stdout, stderr }).toEqual({ stdout: output, stderr: '' });
      }
    },
    60_000,
  );

  test('it names the two commands of a newcomer', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    expect(readme).toContain('npm ci && npm run demo');
    expect(readme).toContain('npm cit');
  });
});
