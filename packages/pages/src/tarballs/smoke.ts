import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPage } from '../page.js';
import { problemText } from '../problem.js';
import { play } from '../story.js';
import { Unrun } from '../unrun.js';
import { contentProblems } from './contents.js';
import { asUserPlays } from './guide.js';
import type { ScopeRegistry } from './scope-registry.js';
import type { Shell } from './shell-of-user.js';
import { manifestIn, type Tarball } from './tarball.js';
import { type TypeCase, UserProject } from './user-project.js';

export interface Smoke {
  readonly root: string;
  readonly tarballs: readonly Tarball[];
  readonly registry: ScopeRegistry;
  /** In a folder beside which those of projects are made. */
  readonly shell: Shell;
}

/** Each judges something about the packages and gives what is wrong. What throws is wrong, too. */
const trials: Readonly<Record<string, (smoke: Smoke) => Promise<readonly string[]>>> = {
  'publint and attw': lint,
  'files, imports, install scripts, types': installed,
  'millrace init, and the project that it makes': initialized,
  'docs/guides/getting-started.md': gettingStarted,
};

async function lint({ root, tarballs, shell }: Smoke): Promise<string[]> {
  const bin = join(root, 'node_modules', '.bin');
  for (const { file } of tarballs) {
    await shell.run(`'${bin}/publint' run '${file}' --strict`);
    // The profile leaves out two ways of finding packages: that of Node.js 10, which knows no `exports`, and `require`. ESM is all there is.
    await shell.run(`'${bin}/attw' '${file}' --profile esm-only`);
  }
  return [];
}

async function installed({ root, tarballs, registry, shell }: Smoke): Promise<string[]> {
  const project = new UserProject(shell.beside('installed'), registry.npmrc);
  const names = tarballs.map(({ manifest }) => manifest.name).join(' ');
  await project.shell.run(`npm init -y; npm pkg set type=module; npm install ${names} rxjs`);
  const problems = project.installProblems(tarballs);
  problems.push(...tarballs.flatMap(({ manifest }) => contentProblems(project.folderOf(manifest.name), root)));
  await project.importAll(tarballs);
  const { devDependencies } = manifestIn(root);
  await project.shell.run(`npm install --save-dev '@types/node@${(devDependencies as Record<string, string>)['@types/node']}'`);
  for (const typeCase of typeCases(root)) await project.compile(tarballs, typeCase);
  return problems;
}

function typeCases(root: string): TypeCase[] {
  const compilers = [
    { name: 'typescript7', path: join(root, 'node_modules/@typescript/native/bin/tsc') },
    { name: 'typescript6', path: join(root, 'node_modules/typescript/bin/tsc6') },
  ];
  return compilers.flatMap((compiler): TypeCase[] => [
    { compiler, module: 'nodenext', moduleResolution: 'nodenext' },
    { compiler, module: 'esnext', moduleResolution: 'bundler' },
  ]);
}

async function initialized({ tarballs, registry, shell }: Smoke): Promise<string[]> {
  const tool = new UserProject(shell.beside('tool'), registry.npmrc);
  await tool.shell.run('npm init -y; npm install @millrace/cli rxjs');
  const version = (await tool.shell.run('npx millrace --version')).trim();
  await tool.shell.run('npx millrace init ../shop --yes');
  const shop = new UserProject(shell.beside('shop'), registry.npmrc);
  await shop.shell.run('npm install && npm test && npx millrace plan orders.yaml');
  // "Finished with rejects": one of the sample orders is wrong.
  await shop.shell.run('npx millrace run orders.yaml', 2);
  const delivered = readFileSync(join(shop.shell.folder, 'out/orders.ndjson'), 'utf8').trim().split('\n').length;
  return [
    ...tarballs
      .filter(({ manifest }) => manifest.name === '@millrace/cli' && manifest.version !== version)
      .map(({ manifest }) => `millrace --version tells ${version}, not ${manifest.version}`),
    ...(delivered === 3 ? [] : [`the project of millrace init has written ${delivered} orders, not 3`]),
    ...tool.installProblems(tarballs),
    ...shop.installProblems(tarballs),
  ];
}

async function gettingStarted({ root, registry, shell }: Smoke): Promise<string[]> {
  const path = 'docs/guides/getting-started.md';
  const page = asUserPlays(readPage(path, readFileSync(join(root, path), 'utf8')), registry.npmrc);
  const unrun = new Unrun(root, async () => ({ exit: 1, printed: '' }));
  const problems = await play(page, { root, out: shell.beside('pages').folder, env: shell.env, unrun, limitMs: 120_000 });
  return [...page.problems, ...problems].map(problemText);
}

/** Runs all, two at a time: npm waits for the network, compilers compute. @returns the names of those that failed */
export async function runTrials(smoke: Smoke, print: (line: string) => void): Promise<string[]> {
  const failed: string[] = [];
  const waiting = Object.entries(trials);
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, trial] = next;
      const begun = performance.now();
      const problems = await trial(smoke).catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
      const seconds = Math.round((performance.now() - begun) / 1000);
      print(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      for (const problem of problems) print(problem);
      if (problems.length > 0) failed.push(name);
    }
  };
  await Promise.all([worker(), worker()]);
  return failed;
}
