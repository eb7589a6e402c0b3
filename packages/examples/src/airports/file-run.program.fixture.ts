// Runs airports.yaml, or its cases, in a process of its own: on Node.js 20 its TypeScript needs tsx, which jest's modules do not see.
import { fileURLToPath } from 'node:url';
import { loadConfig, testConfig } from '@millrace/config';

const file = fileURLToPath(new URL('../../src/airports/airports.yaml', import.meta.url));
const [out] = process.argv.slice(2);
const loaded = await loadConfig(file, { env: {}, set: out === undefined ? {} : { 'vars.out': out } });
if (out === undefined) process.stdout.write(JSON.stringify(await testConfig(loaded)));
else {
  const { delivered, read } = await loaded.pipeline.run(loaded.params, loaded.runOptions);
  process.stdout.write(JSON.stringify({ delivered, read }));
}
