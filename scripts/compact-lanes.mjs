// Makes the few files that a lane loads of core and workers (packages/workers/src/wire/compact.ts tells why): dist/compact of both.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
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
const common = {
  ...{ write: false, bundle: true, platform: 'node', format: 'esm', target: 'node20.11', logLevel: 'warning', sourcemap: true },
  // Names stay: a stack trace is read by people.
  ...{ minifyWhitespace: true, minifySyntax: true },
};

/** Writes what is new, and removes what is not made any more: files that stay the same may be in use by tests that run. */
function put(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of files) {
    if (!existsSync(path) || !readFileSync(path).equals(contents)) writeFileSync(path, contents);
  }
  const made = new Set(files.map(({ path }) => basename(path)));
  for (const name of readdirSync(folder)) if (!made.has(name)) rmSync(join(folder, name));
}

/** What a lane seldom needs, and what takes long to load: loaded when it is first called. */
const lazily = (module, ...functions) => ({
  name: 'lazily',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^${module}$`) }, ({ path }) => ({ path, namespace: 'lazily' }));
    onLoad({ filter: /.*/, namespace: 'lazily' }, () => ({
      contents: [
        "import { createRequire } from 'node:module';",
        ...functions.map((f) => `export const ${f} = (...args) => createRequire(import.meta.url)('${module}').${f}(...args);`),
      ].join('\n'),
    }));
  },
});

const entry = (path, f) => ({ path, contents: Buffer.from(`import { ${f} } from './index.js';\n${f}();\n`) });

async function workers() {
  const root = dist('workers');
  const { outputFiles } = await build({
    ...common,
    entryPoints: [join(root, 'compact.js')],
    outfile: join(root, 'compact/index.js'),
    external: ['threads', 'tsx'],
    plugins: [lazily('node:child_process', 'spawn')],
  });
  const folder = join(root, 'compact');
  const entries = [entry(join(folder, 'thread-main.js'), 'serveLane'), entry(join(folder, 'process-main.js'), 'serveProcess')];
  put(folder, [...outputFiles, ...entries]);
}

async function core() {
  const root = dist('core');
  const { outputFiles } = await build({
    ...common,
    entryPoints: [join(root, 'parked/index.js')],
    outfile: join(root, 'compact/lane.js'),
    external: ['@millrace/workers', 'rxjs'],
    // Errors are told apart by their class also by what is loaded later, and runs are never loaded in most lanes.
    plugins: [outside(/(\/errors|\/run\/flow-reading)\.js$/), inPlaceOf(/\/rxjs\.js$/, join(root, 'rxjs-in-lane.js'))],
  });
  put(join(root, 'compact'), outputFiles);
  const lane = await import(join(root, 'compact/lane.js'));
  const missing = Object.keys(await import(join(root, 'index.js'))).filter((name) => !(name in lane));
  if (missing.length > 0)
    throw new Error(`packages/core/src/parked/index.ts must export what index.ts exports: ${missing.join(', ')}`);
}

await workers();
await core();
