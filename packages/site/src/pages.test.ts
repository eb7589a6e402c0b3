import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pagesOf } from './pages.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-site-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

test('guides stand in their order, those that nobody has put in an order after them', () => {
  for (const name of ['zebra', 'tuning', 'apple', 'getting-started']) write(`docs/guides/${name}.md`, `# About ${name}\n`);
  expect(pagesOf(root).map(({ url, title, group }) => [group, url, title])).toEqual([
    ['Guides', 'guides/getting-started', 'About getting-started'],
    ['Guides', 'guides/tuning', 'About tuning'],
    ['Guides', 'guides/apple', 'About apple'],
    ['Guides', 'guides/zebra', 'About zebra'],
  ]);
});

test('a page lies in the group of its folder; a README is the index of it', () => {
  write('docs/decisions/0001-a.md', '# 0001 A\n');
  write('docs/examples/etl.md', '# Jobs\n');
  write('docs/examples/README.md', '# Examples\n');
  write('docs/spec.md', '# Spec\n');
  write('docs/site/page.md', 'built');
  write('CONTRIBUTING.md', '# Contributing\n');
  expect(pagesOf(root).map(({ url, group }) => [group, url])).toEqual([
    ['Reference', 'spec'],
    ['Reference', 'contributing'],
    ['Examples', 'examples/index'],
    ['Examples', 'examples/etl'],
    ['Decisions', 'decisions/0001-a'],
  ]);
});

test('a page without a title is refused', () => {
  write('docs/guides/a.md', 'Text\n');
  expect(() => pagesOf(root)).toThrow('docs/guides/a.md has no title: its first line must be "# …"');
});
