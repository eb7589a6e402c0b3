// Makes the few files that a lane loads of core and workers (packages/workers/src/wire/compact.ts tells why): dist/compact of both.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = (name) => fileURLToPath(new URL(`../packages/${name}/dist/`, import.meta.url));

/** Leaves modules to be found where they lie: `external` by the end of their path, from `dist/compact`. */
const outside = (external) => ({
  name: 'outside',
  setup({ onResolve }) {
    onResolve({ filter: external }, ({ path, importer }) => ({
      path: `..${new URL(path, `file://${importer}`).pathname.split('/dist').at(-1)}`,
      external: true,
    }));
  },
});
const inPlaceOf = (filter, path) => ({
  name: 'in-place-of',
  setup({ onResolve }) {
    onResolve({ filter }, () => ({ path }));
  },
});
const common = { bundle: true, platform: 'node', format: 'esm', target: 'node20.11', sourcemap: true, logLevel: 'warning' };

async function workers() {
  const root = dist('workers');
  const entries = ['index.js', 'entry/thread-main.js', 'entry/process-main.js', 'entry/task-resolver.js'];
  await build({
    ...common,
    entryPoints: entries.map((entry) => join(root, entry)),
    entryNames: '[name]',
    outdir: join(root, 'compact'),
    splitting: true,
    external: ['threads', 'tsx'],
  });
}

async function core() {
  const root = dist('core');
  await build({
    ...common,
    entryPoints: [join(root, 'parked/index.js')],
    outfile: join(root, 'compact/lane.js'),
    external: ['@millrace/workers', 'rxjs'],
    // Errors are told apart by their class also by what is loaded later, and runs are never loaded in most lanes.
    plugins: [outside(/(\/errors|\/run\/flow-reading)\.js$/), inPlaceOf(/\/rxjs\.js$/, join(root, 'rxjs-in-lane.js'))],
  });
  const lane = await import(join(root, 'compact/lane.js'));
  const missing = Object.keys(await import(join(root, 'index.js'))).filter((name) => !(name in lane));
  if (missing.length > 0)
    throw new Error(`packages/core/src/parked/index.ts must export what index.ts exports: ${missing.join(', ')}`);
}

for (const name of ['workers', 'core']) rmSync(join(dist(name), 'compact'), { recursive: true, force: true });
await workers();
await core();
