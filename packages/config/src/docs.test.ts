import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const program = fileURLToPath(new URL('./docs.program.fixture.js', import.meta.url));

/** All fenced blocks of a language. */
function blocks(markdown: string, language: string): readonly string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text!);
}

/** Examples that show a part of a file go on behind these lines. */
function whole(yaml: string): string {
  const head = /^version:/m.test(yaml) ? '' : 'version: 1\nname: example\n';
  return `${head}${/^sources?:/m.test(yaml) ? '' : 'source: { ndjson: { path: in.ndjson } }\n'}${yaml}`;
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-docs-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the modules of a page; each is named in its first line. */
function writeModules(markdown: string): void {
  for (const code of blocks(markdown, 'ts')) {
    const name = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1];
    if (name !== undefined) writeFileSync(join(folder, name), code);
  }
}

describe('the examples of the guide', () => {
  test('have nothing wrong with them, and their cases pass', async () => {
    const markdown = readFileSync(join(root, 'docs/guides/pipeline-files.md'), 'utf8');
    writeModules(markdown);
    const files = blocks(markdown, 'yaml').map((yaml, index) => {
      const file = join(folder, `example-${index}.yaml`);
      writeFileSync(file, whole(yaml));
      return file;
    });
    expect(files.length).toBeGreaterThan(0);

    const { stdout } = await run(process.execPath, [program, ...files], { timeout: 110_000 });

    const found: readonly { problems: unknown; cases: number; failed: unknown }[] = JSON.parse(stdout);
    expect(found.map(({ problems, failed }) => ({ problems, failed }))).toEqual(files.map(() => ({ problems: [], failed: [] })));
    for (const { cases } of found) expect(cases).toBeGreaterThan(0);
  }, 120_000);
});
