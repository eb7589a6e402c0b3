// Writes docs/pipeline-file.md and the JSON Schema of pipeline files from the shapes of @millrace/config; with --check it only sees whether
// they are up to date.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatPage } from '../packages/config/dist/format-page.js';
import { jsonSchema } from '../packages/config/dist/json-schema.js';

const outputs = [
  [new URL('../docs/pipeline-file.md', import.meta.url), formatPage()],
  [new URL('../packages/config/millrace.schema.json', import.meta.url), formatted(JSON.stringify(jsonSchema()))],
];

/** As the formatter of the repository would have it. */
function formatted(json) {
  const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url));
  const { status, stdout, stderr } = spawnSync(biome, ['format', '--stdin-file-path=millrace.schema.json'], {
    input: json,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

for (const [file, text] of outputs) {
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${file.pathname} is not up to date: run npm run docs:files`);
    process.exitCode = 1;
  }
}
