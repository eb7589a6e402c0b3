import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

// What lanes load is made of what was compiled, and must not be older.
execFileSync(process.execPath, [fileURLToPath(new URL('./scripts/compact.mjs', import.meta.url))], { stdio: 'inherit' });

const folderOf = (name) => fileURLToPath(new URL(`./packages/${name}`, import.meta.url));

/** Where the paths of a package's `exports` lie file by file: where their types are. */
function ownFiles(name) {
  const { exports = {} } = JSON.parse(readFileSync(`${folderOf(name)}/package.json`, 'utf8'));
  const paths = Object.entries(exports).filter(([, target]) => target.types?.startsWith('./dist/'));
  return Object.fromEntries(
    paths.map(([path, { types }]) => [
      `^@millrace/${name}${path.slice(1)}$`,
      `${folderOf(name)}${types.replace(/^\.|\.d\.ts$/g, '')}.js`,
    ]),
  );
}

// Tests are compiled with the sources and run as they are shipped: plain ESM out of dist, so that workers find real files.
const project = (name) => ({
  displayName: name,
  rootDir: folderOf(name),
  testMatch: ['<rootDir>/dist/**/*.test.js'],
  testEnvironment: fileURLToPath(new URL('./scripts/jest-environment.mjs', import.meta.url)),
  transform: {},
  // A package's own tests see the files that they test; what programs load of it, `dist/main`, is another copy. Of the other packages they see that.
  moduleNameMapper: ownFiles(name),
});

/** Tests that take minutes: `npm run soak`. */
const soak = {
  ...project('workers'),
  displayName: 'soak',
  rootDir: fileURLToPath(new URL('./packages', import.meta.url)),
  testMatch: ['<rootDir>/*/dist/**/*.soak.js'],
  moduleNameMapper: { ...ownFiles('workers'), ...ownFiles('core') },
};
const soaks = process.argv.includes('soak');

/** Tests of the site that `npm run docs` has built, in a browser: `npm run test:docs`. Each wait in them has its own, shorter time. */
const docs = { ...project('site'), displayName: 'docs', testMatch: ['<rootDir>/dist/**/*.docs.js'] };
const docsOnly = process.argv.includes('docs');

export default {
  projects: soaks
    ? [soak]
    : docsOnly
      ? [docs]
      : ['workers', 'core', 'connectors', 'config', 'cli', 'examples', 'bench', 'pages', 'site'].map(project),
  // A hang fails soon; a machine that is busy with other things does not.
  testTimeout: soaks ? 900_000 : docsOnly ? 600_000 : 30_000,
  // Many tests wait for workers and signals: a file more than there are cores keeps these busy.
  maxWorkers: Math.min(availableParallelism(), 4) + 1,
  reporters: ['default', fileURLToPath(new URL('./scripts/summary-reporter.mjs', import.meta.url))],
};
