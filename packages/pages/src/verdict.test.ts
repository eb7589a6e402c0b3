import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readPage } from './page.js';
import { type Problem, problemText } from './problem.js';
import { check } from './verdict.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** In the clone, as packages are found from there. */
let out: string;

beforeAll(() => {
  mkdirSync(join(root, 'out'), { recursive: true });
  out = mkdtempSync(join(root, 'out', 'pages-test-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Pages by their names; `F` at the beginning of a line begins or ends a fence. */
const pagesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([name, text]) => readPage(`${name}.md`, text.replace(/^F/gm, '```')));

const broken: Readonly<Record<string, readonly [text: string, problem: RegExp]>> = {
  'an output that is another one': [
    '<!-- run -->\nFjs\nconsole.log(1);\nF\n\n<!-- output -->\nFtext\n2\nF',
    /:7: the page shows "2", which was not printed there; show what was printed, with … for what is another each time:\n {2}\| 1$/,
  ],
  'a program that fails': [
    '<!-- run -->\nFjs\nthrow new Error("broken");\nF',
    /:2: exit code 1 in the place of 0; .*[\s\S]*Error: broken/,
  ],
  'a program that does not fail': ['<!-- run: exit 3 -->\nFjs\n1;\nF', /:2: exit code 0 in the place of 3; /],
  'a type error': [
    'Fts\nconst a = 1;\nconst n: number = "1";\nF',
    /:3: TS2322: Type 'string' is not assignable to type 'number'\.$/,
  ],
  'a type error of JavaScript': [
    "Fjs\nimport { flow } from '@millrace/core';\nflow([1]).pip();\nF",
    /:3: TS2551: Property 'pip' does not exist/,
  ],
  'an option that there is not': [
    "Fts\nimport { io } from '@millrace/core';\nio('a', (n: number) => n, { concurency: 2 });\nF",
    /:3: TS[\s\S]*'concurency' does not exist/,
  ],
  'a name that nobody has given': ['Fjs\nscore(1);\nF', /:2: TS2304: Cannot find name 'score'\.$/],
  'a wrong declaration in what is given': [
    '<!-- given: const a = 1;\nconst b: Missing = 1; -->\nFts\na;\nF',
    /:2: TS2304: Cannot find name 'Missing'\.$/,
  ],
  'types that cannot be erased': ['Fts\nenum Kind { A }\nKind.A;\nF', /:2: TS1294: /],
  'syntax that Node.js 20 has not': [
    'Fjs\nconst pool = { [Symbol.asyncDispose]: async () => {} };\nawait using p = pool;\nF',
    /:3: Node\.js 20 cannot parse this: /,
  ],
  'a script of npm that there is not': [
    '<!-- not run: it takes long -->\nFsh\nls && npm run bensh -- --quick\nF',
    /:3: package\.json has no script "bensh"; there are build, /,
  ],
  'a command that there is not': [
    '<!-- not run: it waits -->\nFsh\nnpx millrace runn a.yaml\nF',
    /:3: millrace has no command "runn"; /,
  ],
  'an option of a command that there is not': [
    '<!-- not run: it waits -->\nFsh\nmillrace run a.yaml --set a=1 --wach\nmillrace dlq ls a\nF',
    /:3: `millrace run` has no option --wach; /,
  ],
  'a check elsewhere that there is not': [
    '<!-- checked elsewhere: npm run demo, scripts/no.mjs -->\nFsh\nnpm run demo\nF',
    /:1: there is no file scripts\/no\.mjs /,
  ],
  'a check elsewhere that checks nothing': [
    '<!-- checked elsewhere: npm install -->\nFsh\nnpm install\nF',
    /:1: `npm install` checks nothing; /,
  ],
  'a command that fails': [
    'Fsh\necho first\nls missing-file\necho not reached\nF',
    /:3: exit code 2 in the place of 0; [\s\S]*\| first\n.*missing-file[^\n]*$/,
  ],
  'a command with another exit code': [
    'Fsh\nfalse # exit code 1\nfalse # exit code 2: no\nF',
    /:3: exit code 1 in the place of 0; [\s\S]*\| exit code 1, the page says 2$/,
  ],
  'a command that is not installed': ['Fsh\nnpx cowsay moo\nF', /:2: exit code 127 in the place of 0; /],
};

const sound: Readonly<Record<string, string>> = {
  files: [
    '<!-- file: lib/add.ts -->\nFts\nexport const add = (a: number, b: number): number => a + b;\nF',
    "<!-- file: main.ts -->\n<!-- run -->\nFts\nimport { add } from './lib/add.js';\nconsole.log(add(1, 2), new Date().getFullYear());\nF",
    '<!-- output -->\nFtext\n3 …\nF',
    '<!-- file: lib/add.ts -->\nFts\nexport const add = (a: string, b: string): string => a + b;\nF',
    "<!-- run -->\nFts\nimport { add } from './lib/add.js';\nconsole.log(add('1', '2'));\nF",
    '<!-- output -->\nFtext\n12\nF',
  ].join('\n'),
  givens: [
    "<!-- given for all:\nimport { ndjson } from '@millrace/connectors';\nimport type { Source } from '@millrace/core';\ninterface Row { n: number } -->\n",
    '<!-- given: declare const score: (row: Row) => number;\ndeclare const rows: Source<Row>; -->',
    "Fts\nimport { cpu, flow } from '@millrace/core';\nconst row: Row = { n: 1 };\nflow(rows).pipe(cpu('score', score)).to(ndjson.write(String(row.n)));\nF",
    '<!-- given: declare const name: string; -->',
    "Fjs\nndjson.read(name);\nF\nFjs\nimport { csv as ndjson } from '@millrace/connectors';\nndjson.write('a');\nF",
  ].join('\n'),
  shell: [
    '<!-- file: a.yaml -->\nFyaml\nversion: 1\nname: a\nsource: { lines: { path: in.txt } }\nsink: { lines: { path: out.txt } }\nF',
    'Fsh\nnpx millrace check a.yaml --format json\nfalse # exit code 1\nF\n<!-- run: exit 4 -->\nFsh\nls a.yaml # a file\nexit 4\nF\n<!-- output -->\nFtext\na.yaml\nF',
    '<!-- in: clone -->\nFsh\nls biome.json\nF\n<!-- not run: takes long -->\nFsh\nnpm run demo -- --help   # --no-such\nF',
  ].join('\n'),
};

describe('each mistake is told at its line:', () => {
  let found: Readonly<Record<string, Problem[]>>;

  beforeAll(async () => {
    const pages = pagesOf({ ...Object.fromEntries(Object.entries(broken).map(([name, [text]]) => [name, text])), ...sound });
    const problems = await check(pages, { root, out, limitMs: 60_000 });
    found = Object.fromEntries(pages.map(({ path }) => [path, problems.filter(({ page }) => page === path)]));
  }, 150_000);

  test.each(Object.entries(broken))('%s', (name, [, problem]) => {
    const texts = found[`${name}.md`]?.map(problemText);
    expect(texts).toEqual([expect.stringMatching(problem)]);
  });

  test.each(Object.keys(sound))('and there is none in sound pages: %s', (name) => {
    expect(found[`${name}.md`]?.map(problemText)).toEqual([]);
  });
});

test('what does not end is killed, with what it has started', async () => {
  const [page] = pagesOf({ endless: 'Fsh\nsleep 600 & echo $! > pid\nsleep 600\nF' });
  const problems = await check([page!], { root, out, limitMs: 3_000 });
  expect(problems.map(problemText)).toEqual([expect.stringMatching(/^endless\.md:2: it had not ended in time and was killed; /)]);
  const pid = Number(readFileSync(join(out, 'endless', 'pid'), 'utf8'));
  for (let polls = 0; polls < 200 && !isGone(pid); polls++) await setTimeout(50);
  expect(isGone(pid)).toBe(true);
});

/** What was killed is a zombie, `Z`, until its new parent looks. */
function isGone(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] === 'Z';
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))) return true;
    throw error;
  }
}
