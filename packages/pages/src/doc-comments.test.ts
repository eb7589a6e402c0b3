import { expect, test } from '@jest/globals';
import { docCommentPage } from './doc-comments.js';

const source = `/**
 * Adds.
 *
 * @param a one
 * @example One and one
 * \`\`\`ts
 * import { add } from './add.js';
 * add(1, 1);
 * \`\`\`
 */
export function add(a: number, b: number): number {
  return a + b;
}

export class Sum {
  /** \`\`\`js
   * new Sum();
   * \`\`\`
   * @example
   * add(1, 2)
   */
  total = 0;
}
`;

test('code of doc comments is a fragment at its line; an example without a fence is refused', () => {
  const page = docCommentPage('add.ts', source);
  expect(page.snippets).toMatchObject([
    { page: 'add.ts', line: 7, language: 'ts', text: "import { add } from './add.js';\nadd(1, 1);\n" },
    { page: 'add.ts', line: 17, language: 'js', text: 'new Sum();\n' },
  ]);
  expect(page.problems).toEqual([
    { page: 'add.ts', line: 19, text: 'an example without a fence: put its code into a fence of `ts`' },
  ]);
  expect(page.steps).toEqual([]);
});

test('a fence of a doc comment whose language nothing looks at is refused', () => {
  const inComment = (language: string) =>
    docCommentPage('a.ts', `/**\n * \`\`\`${language}\n * 1\n * \`\`\`\n */\nexport const a = 1;\n`);
  expect(inComment('typescript').problems).toMatchObject([{ line: 2, text: expect.stringContaining('of `typescript`') }]);
  for (const language of ['json', 'text', 'sh']) expect(inComment(language).problems).toEqual([]);
});
