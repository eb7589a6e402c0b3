import { describe, expect, test } from '@jest/globals';
import { readPage } from './page.js';
import { problemText } from './problem.js';

/** A page of these lines; `F` begins or ends a fence. */
const page = (...lines: readonly string[]) => readPage('page.md', lines.map((line) => line.replace(/^F/, '```')).join('\n'));
const problems = (...lines: readonly string[]) => page(...lines).problems.map(problemText);

describe('a page is refused', () => {
  test('with a directive that there is not', () => {
    expect(problems('<!-- rnu -->', 'Fjs', 'F')).toEqual([
      expect.stringMatching(/^page\.md:1: "rnu" is no directive; before a fence stand `file: NAME`/),
    ]);
  });

  test('with a fence that nothing looks at', () => {
    expect(problems('Fyaml', 'a: 1', 'F')).toEqual([
      expect.stringMatching(/^page\.md:1: nothing looks at this fence of `yaml`: say `file: NAME`/),
    ]);
    expect(problems('Fpython', 'F')).toHaveLength(1);
  });

  test('with a fence without a language, or code without a fence', () => {
    expect(problems('F', 'a', 'F', '', '    code();')).toEqual([
      'page.md:5: indented code: put it into a fence, with a language',
      'page.md:1: a fence without a language: name it, `text` if it is none',
    ]);
  });

  test('with two directives of one kind before a fence', () => {
    expect(problems('<!-- file: a.js -->', '<!-- file: b.js -->', 'Fjs', '1;', 'F')).toEqual([
      'page.md:2: a fence has one `file`; leave one of them out',
    ]);
  });

  test('with an output before anything has run', () => {
    expect(problems('Fjs', '1;', 'F', '<!-- output -->', 'Ftext', '1', 'F')).toEqual([
      'page.md:5: nothing has run on this page whose output this could be; put a `run` or `sh` block before it',
    ]);
    expect(problems('Fsh', 'ls', 'F', '<!-- output -->', 'Fjson', '1', 'F')).toEqual([
      'page.md:5: `output` stands before a fence of `text`, not of `json`',
    ]);
  });

  test('with a directive that stands before no fence', () => {
    expect(problems('<!-- run -->', 'Text.', '', 'Fjs', 'F')).toEqual([
      'page.md:1: `run` stands before no fence; put it right before one',
    ]);
  });

  test('with directives that do not go together, or with the language', () => {
    expect(problems('<!-- run -->', '<!-- not run: no -->', 'Fjs', 'F')).toEqual([
      'page.md:3: `run` and `not run` do not go together; leave one of them out',
    ]);
    expect(problems('<!-- run -->', 'Fyaml', 'F')).toEqual([
      'page.md:2: a fence of `yaml` cannot be run; `run` is for js, ts and sh',
    ]);
    expect(problems('<!-- in: clone -->', 'Fjs', 'F')).toEqual(['page.md:2: `in: clone` is for fences of sh']);
    expect(problems('<!-- given: const a = 1; -->', 'Ftext', 'F')).toEqual(['page.md:2: `given` is for fences of js and ts']);
  });

  test('with a file outside of its folder', () => {
    expect(problems('<!-- file: ../orders.ts -->', 'Fts', 'F')).toEqual([
      'page.md:1: the file "../orders.ts" lies outside of the page\'s folder; name it from there',
    ]);
  });

  test('with two sets of what is given for all', () => {
    expect(problems('<!-- given for all: const a = 1; -->', '', '<!-- given for all: const b = 1; -->')).toEqual([
      'page.md:3: a page has one `given for all`; add this to the one at line 1',
    ]);
  });
});

test('other comments are none of its business', () => {
  expect(problems('<!-- Written by a script. -->', '', 'Text.', '', 'Ftext', 'F')).toEqual([]);
});

test('steps come in the order of the page, in lists and quotes too', () => {
  const { steps } = page(
    '<!-- file: a.csv -->',
    'Fcsv',
    'a',
    'F',
    '- item',
    '',
    '  <!-- run: exit 2 -->',
    '  Fsh'.replace('F', '```'),
    '  false',
    '  ```',
  );
  expect(steps).toMatchObject([
    { kind: 'write', line: 2, name: 'a.csv', text: 'a\n' },
    { kind: 'shell', line: 9, text: 'false\n', exit: 2, inClone: false },
  ]);
});

test('what is given begins at its own line, and the near one comes first', () => {
  const { snippets } = page(
    '<!-- given for all:',
    'const a = 1;',
    '-->',
    '',
    '<!-- given: const b = 2;',
    'const c = 3; -->',
    'Fts',
    'a + b;',
    'F',
  );
  expect(snippets).toMatchObject([
    {
      line: 8,
      name: 'fragment-7.ts',
      givens: [
        { line: 5, text: 'const b = 2;\nconst c = 3;' },
        { line: 2, text: 'const a = 1;' },
      ],
    },
  ]);
});
