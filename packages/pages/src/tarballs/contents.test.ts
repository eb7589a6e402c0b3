import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { contentProblems } from './contents.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-contents-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const manifest = {
  ...{
    name: '@millrace/core',
    license: 'MIT',
    description: '',
    keywords: [],
    engines: {},
    exports: {},
    files: [],
    publishConfig: {},
  },
  dependencies: { 'ts-pattern': '^5.9.0' },
};
const sound = {
  'package.json': JSON.stringify(manifest),
  'README.md': '',
  LICENSE: '',
  'dist/index.js':
    "import 'node:fs';\nimport { match } from 'ts-pattern';\nexport * from './flow.js';\n//# sourceMappingURL=index.js.map",
  'dist/index.js.map': JSON.stringify({ sources: ['../src/index.ts'] }),
  'dist/flow.js': "export const text = `import './nothing.js'`;",
  'src/index.ts': '',
};

function problemsOf(changes: Readonly<Record<string, string | undefined>>): string[] {
  for (const [name, text] of Object.entries({ ...sound, ...changes })) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return contentProblems(folder, '/home/somebody/clone');
}

test('nothing is wrong with a package that has what it imports and what its maps point to', () => {
  expect(problemsOf({})).toEqual([]);
});

test('licences of what others wrote come with what holds it', () => {
  expect(problemsOf({ 'dist/vendor/threads/LICENSE': '', 'dist/compact/LICENSE': '' })).toEqual([]);
});

test('files that are not for users are told', () => {
  const strange = ['dist/flow.test.js', 'src/flow.fixture.ts', 'src/list.txt', 'dist/.tsbuildinfo', 'tsconfig.json'];
  const problems = problemsOf(Object.fromEntries(strange.map((name) => [name, ''])));
  expect(problems.map((problem) => /core: (\S+) is not for users/.exec(problem)?.[1]).sort()).toEqual([...strange].sort());
});

test('a missing license, a script, and a missing key of the package.json are told', () => {
  const { publishConfig: _, ...rest } = manifest;
  const changed = JSON.stringify({ ...rest, scripts: { postinstall: 'node x.js' } });
  expect(problemsOf({ LICENSE: undefined, 'package.json': changed })).toEqual([
    '@millrace/core: LICENSE is missing',
    '@millrace/core: package.json has no "publishConfig"',
    '@millrace/core: package.json has the script "postinstall"',
  ]);
});

test('the path of the clone is told', () => {
  expect(problemsOf({ 'dist/flow.js': '// /home/somebody/clone/packages' })).toEqual([
    '@millrace/core: dist/flow.js names /home/somebody/clone',
  ]);
});

test('a map that points out of the package is told, unless it holds the source', () => {
  const map = (more: object) => JSON.stringify({ sources: ['../../other/index.ts'], ...more });
  expect(problemsOf({ 'dist/index.js.map': map({}) })).toEqual([
    '@millrace/core: the map of dist/index.js points to ../../other/index.ts, which is not in the package',
  ]);
  expect(problemsOf({ 'dist/index.js.map': map({ sourcesContent: ['text'] }) })).toEqual([]);
});

test('imports of what is not there, and of packages that nothing installs, are told', () => {
  expect(
    problemsOf({ 'dist/flow.js': "import './gone.js';\nimport 'rxjs/operators';\nimport '@millrace/core/testing';" }),
  ).toEqual([
    '@millrace/core: dist/flow.js imports ./gone.js, which is not there',
    '@millrace/core: dist/flow.js imports rxjs, which is no dependency',
  ]);
});
