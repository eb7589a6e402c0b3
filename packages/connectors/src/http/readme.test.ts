import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

test('the example of HTTP in the README prints what it is said to', async () => {
  const markdown = await readFile(join(root, 'packages/connectors/README.md'), 'utf8');
  const [, section] = markdown.split('\n## HTTP\n');
  const [, program, output] = section?.match(/```js\n([\s\S]*?)```\s*```text\n([\s\S]*?)```/) ?? [];
  const folder = await mkdtemp(join(tmpdir(), 'readme-http-'));
  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'program.mjs'), program ?? '');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder, timeout: 25_000 });
    expect({ stdout, stderr }).toEqual({ stdout: output, stderr: '' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
