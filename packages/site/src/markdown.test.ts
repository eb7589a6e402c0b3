import { expect, test } from '@jest/globals';
import { fenced, withoutComments, withoutTitle } from './markdown.js';

test('the title of a page is its first heading, also after a comment', () => {
  expect(withoutTitle('<!-- a -->\n\n# The `io` stage\n\nText\n\n# More\n')).toEqual({
    title: 'The io stage',
    text: '<!-- a -->\n\n\nText\n\n# More\n',
  });
  expect(withoutTitle('Text\n\n# Late\n').title).toBeUndefined();
});

test('comments go, but not those in code', () => {
  const code = '```html\n<!-- stays -->\n```\n';
  expect(withoutComments(`<!-- run -->\n${code}<!-- given:\ntwo lines -->\nand \`<!-- this -->\` <!-- not this -->`)).toBe(
    `${code}and \`<!-- this -->\` `,
  );
});

test('a fence is longer than those in the text', () => {
  expect(fenced('a\n```\nb\n```\n', 'md')).toBe('````md\na\n```\nb\n```\n````\n');
  expect(fenced('a', 'ts')).toBe('```ts\na\n```\n');
});
