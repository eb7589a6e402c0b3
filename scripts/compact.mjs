// Makes the few files that are loaded of each package in place of hundreds: dist/main by programs, dist/compact by lanes
// (packages/workers/src/wire/compact.ts tells why), and what a lane loads of threads.js.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const imported = (folder, file) => import(pathToFileURL(join(folder, file)).href);
const dist = (name) => fileURLToPath(new URL(`../packages/${name}/dist/`, import.meta.url));

/** Leaves a module to be found in dist/main, from `dist/compact`. */
const outside = (filter) => ({
  name: 'outside',
  setup({ onResolve }) {
    onResolve({ filter }, ({ path }) => ({ path: `../main/${basename(path)}`, external: true }));
  },
});
const inPlaceOf = (filter, path, more) => ({
  name: 'in-place-of',
  setup({ onResolve }) {
    onResolve({ filter }, () => ({ path, ...more }));
  },
});
const common = {
  ...{ write: false, bundle: true, platform: 'node', format: 'esm', target: 'node20.11', logLevel: 'warning', sourcemap: true },
  // From wherever it is run, it makes the same files of the same names.
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  // Names stay: a stack trace is read by people.
  ...{ minifyWhitespace: true, minifySyntax: true },
};
/** Of what programs load the lines stay, too, and maps lead to the sources, which lie beside them in the package. */
const readable = {
  ...common,
  minifyWhitespace: false,
  minifySyntax: false,
  sourcesContent: false,
  splitting: true,
  chunkNames: 'shared-[hash]',
};
const inBundle = (name) => inPlaceOf(/\/where\.js$/, join(dist(name), 'where-in-bundle.js'));

/** esbuild gives a class that speaks of itself another name within: `var Flow = class _Flow`. It is what is printed of its objects. */
function withOwnNames({ path, text }) {
  const others = [...text.matchAll(/\bvar (\w+) ?= ?class _\1\b/g)].map(([, name]) => name);
  // As long as before: what comes after it stays where the map says.
  const own = others.reduce((all, name) => all.replaceAll(new RegExp(`\\b_${name}\\b`, 'g'), `${name} `), text);
  return { path, contents: Buffer.from(own) };
}

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

/** The same for a member of what a module exports by default. */
const lazyMember = (module, member) => ({
  name: 'lazy-member',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^${module}$`) }, ({ path }) => ({ path, namespace: 'lazy-member' }));
    onLoad({ filter: /.*/, namespace: 'lazy-member' }, () => ({
      contents: `import { createRequire } from 'node:module';
        export default { get ${member}() { return createRequire(import.meta.url)('${module}').${member}; } };`,
    }));
  },
});

const entry = (path, f) => ({ path, contents: Buffer.from(`import { ${f} } from './lane.js';\n${f}();\n`) });

/** What a worker needs of threads.js as one file, with the licences of what is in it: dist/vendor/threads. */
async function threadsWorker() {
  const folder = join(dist('workers'), 'vendor/threads');
  const threads = createRequire(folder).resolve('threads/worker');
  const observable = createRequire(threads).resolve('is-observable');
  const { outputFiles, metafile } = await build({
    ...{ ...common, format: 'cjs', sourcemap: false, metafile: true },
    entryPoints: [threads],
    outfile: join(folder, 'worker.cjs'),
  });
  const licence = licenceFile(folder, metafile, {
    threads: join(dirname(threads), 'LICENSE'),
    'is-observable': join(dirname(observable), 'license'),
  });
  put(folder, [...outputFiles, licence]);
}

/**
 * The licences of what others wrote that stands in what was built.
 *
 * @param licences where each lies, by name of the package
 * @throws Error when it holds a package of which none is given
 */
function licenceFile(folder, { inputs }, licences) {
  const held = new Set(Object.keys(inputs).flatMap((input) => /^.*\bnode_modules\/([^/]+)/.exec(input)?.[1] ?? []));
  const others = [...held].filter((name) => !(name in licences));
  if (others.length > 0) throw new Error(`${folder} holds what it has no licence of: ${others.join(', ')}`);
  const texts = Object.entries(licences).map(([name, file]) => `${name}\n\n${readFileSync(file, 'utf8')}`);
  return { path: join(folder, 'LICENSE'), contents: Buffer.from(texts.join('\n')) };
}

/** Two entries: what every lane needs, and all of the package, for modules that import it. What both need is in files that they share. */
async function workers() {
  const root = dist('workers');
  const folder = join(root, 'compact');
  const { outputFiles } = await build({
    ...common,
    entryPoints: { lane: join(root, 'compact-lane.js'), index: join(root, 'index.js') },
    splitting: true,
    chunkNames: 'shared-[hash]',
    outdir: folder,
    external: ['threads', 'tsx'],
    plugins: [
      lazily('node:child_process', 'spawn'),
      inPlaceOf(/\/worker-half\.js$/, join(root, 'thread/worker-half-in-lane.js')),
      inBundle('workers'),
    ],
  });
  const entries = [entry(join(folder, 'thread-main.js'), 'serveLane'), entry(join(folder, 'process-main.js'), 'serveProcess')];
  put(folder, [...outputFiles.map(withOwnNames), ...entries]);
}

/** Fails when something that it imports is missing. */
async function exportsInLane(path) {
  const print = `import * as lane from ${JSON.stringify(path)}; console.log(JSON.stringify(Object.keys(lane)));`;
  const args = ['--conditions=millrace-lane', '--input-type=module', '--eval', print];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

async function core() {
  const root = dist('core');
  const folder = join(root, 'compact');
  const { outputFiles, metafile } = await build({
    ...{ ...common, metafile: true },
    entryPoints: [join(root, 'parked/index.js')],
    outfile: join(folder, 'lane.js'),
    external: ['rxjs'],
    // Errors are told apart by their class also by what is loaded later, and runs are never loaded in most lanes.
    plugins: [
      outside(/(\/errors|\/run\/flow-reading)\.js$/),
      inPlaceOf(/\/rxjs\.js$/, join(root, 'rxjs-in-lane.js')),
      inPlaceOf(/^@millrace\/workers(\/internal\/lane)?$/, '@millrace/workers/internal/lane', { external: true }),
    ],
  });
  const pattern = createRequire(join(root, 'index.js')).resolve('ts-pattern');
  const licence = licenceFile(folder, metafile, { 'ts-pattern': join(dirname(pattern), '../LICENSE') });
  put(folder, [...outputFiles.map(withOwnNames), licence]);
  const lane = await exportsInLane(join(folder, 'lane.js'));
  const missing = Object.keys(await imported(root, 'index.js')).filter((name) => !lane.includes(name));
  if (missing.length > 0)
    throw new Error(`packages/core/src/parked/index.ts must export what index.ts exports: ${missing.join(', ')}`);
}

/** Sources and sinks are declared in lanes, and do not run there: what they need of other packages is loaded when they do after all. */
async function connectors() {
  const root = dist('connectors');
  const { outputFiles } = await build({
    ...common,
    entryPoints: { index: join(root, 'index.js'), testing: join(root, 'testing/index.js') },
    splitting: true,
    chunkNames: 'shared-[hash]',
    outdir: join(root, 'compact'),
    packages: 'external',
    plugins: [lazyMember('papaparse', 'Parser')],
  });
  put(join(root, 'compact'), outputFiles.map(withOwnNames));
}

/** What programs load: an entry for each path of `exports`, and for what lanes load where they cannot be compact. */
async function main(name, entries) {
  const root = dist(name);
  const entryPoints = Object.fromEntries(Object.entries(entries).map(([entry, path]) => [entry, join(root, path)]));
  const outdir = join(root, 'main');
  const { outputFiles } = await build({ ...readable, entryPoints, outdir, packages: 'external', plugins: [inBundle(name)] });
  put(outdir, outputFiles.map(withOwnNames));
  await sameExports(name, outdir, entries);
}

/** Fails when what programs load lacks an export, or has a class or function under another name. */
async function sameExports(name, outdir, entries) {
  const { exports } = JSON.parse(readFileSync(join(dist(name), '../package.json'), 'utf8'));
  const paths = Object.values(exports).flatMap((target) => target.default?.match(/^\.\/dist\/main\/(.*)\.js$/)?.[1] ?? []);
  for (const entry of paths) {
    const apart = await imported(dist(name), entries[entry]);
    const together = await imported(outdir, `${entry}.js`);
    const differs = ([key, value]) => typeof value !== typeof together[key] || value?.name !== together[key]?.name;
    const wrong = Object.entries(apart).filter(differs);
    if (wrong.length > 0) throw new Error(`${name}/dist/main/${entry}.js differs in ${wrong.map(([key]) => key).join(', ')}`);
  }
}

await threadsWorker();
await workers();
await main('workers', {
  ...{ index: 'index.js', lane: 'lane.js', cores: 'pool/cores.js', nearest: 'pool/nearest.js' },
  ...{ 'thread-main': 'entry/thread-main.js', 'process-main': 'entry/process-main.js' },
  ...{ 'lone-task': 'entry/lone-task.js', 'task-resolver': 'entry/lookup/task-resolver.js' },
});
await main('core', {
  ...{ index: 'index.js', testing: 'testing/index.js', options: 'options.js', resolve: 'lane/resolve.js' },
  ...{ 'stop-signals': 'run/stop-signals.js', 'stage-at-work': 'run/stage-at-work.js', unsettled: 'run/unsettled.js' },
  ...{ nearest: 'nearest.js', errors: 'errors.js', 'flow-reading': 'run/flow-reading.js' },
});
// What it holds of workers, and what it leaves out, it takes from there.
await core();
await connectors();
await main('connectors', {
  ...{ index: 'index.js', testing: 'testing/index.js' },
  ...{ 'big-integers': 'json/big-integers.js', 'url-secrets': 'http/url-secrets.js', 'input-paths': 'file/input-paths.js' },
});
await main('config', { index: 'index.js', 'pipeline-module': 'flow/pipeline-module.js' });
await main('cli', { bin: 'bin.js', console: 'console/index.js' });
