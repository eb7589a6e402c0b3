import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { brokenLinkText, checkLinks } from './link-check.js';

const folders: string[] = [];

function site(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-site-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const faults = (files: Record<string, string>) => checkLinks(site(files)).broken.map(brokenLinkText);

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('links to pages, anchors, files and other sites are whole', () => {
  const folder = site({
    'index.html': '<a href="guides/a.html#two">A</a> <a href="#top" id="top">up</a> <a href="https://example.org">out</a>',
    'guides/a.html': `<h2 id="two">2</h2><a href='../index.html'>home</a><img src="../media/a%20b.svg?cache=1"><use href="../icons.svg#i"/>`,
    'media/a b.svg': '<svg/>',
    'icons.svg': '<svg><g id="i"/></svg>',
  });
  expect(checkLinks(folder)).toEqual({ pages: 2, links: 6, broken: [] });
});

test('a broken link is told with page, link and reason', () => {
  expect(
    faults({
      'a/index.html': '<a href="b.html">b</a><a href="../c.html#none">c</a><a href="#no">no</a>',
      'c.html': '<p id="some"></p>',
    }),
  ).toEqual([
    'a/index.html: b.html: there is no a/b.html',
    'a/index.html: ../c.html#none: c.html has no anchor "none"',
    'a/index.html: #no: a/index.html has no anchor "no"',
  ]);
});

test('what holds only on some hosts is broken', () => {
  expect(faults({ 'index.html': '<a href="/a.html"></a><a href="a/"></a><a href="../x.html"></a>', 'a/b.html': '' })).toEqual([
    'index.html: /a.html: it holds only for a site at the root of a host',
    'index.html: a/: it leads to a folder, which opens only on a server',
    'index.html: ../x.html: it leads out of the site',
  ]);
});

test('a page that fetches from another site is broken, as it must work without a network', () => {
  expect(
    faults({
      'index.html': '<script src="https://cdn.example/x.js"></script><link rel="stylesheet" href="//cdn.example/x.css">',
    }),
  ).toEqual([
    'index.html: https://cdn.example/x.js: it is fetched from another site',
    'index.html: //cdn.example/x.css: it is fetched from another site',
  ]);
});

test('scripts, comments and escaped text hold no links', () => {
  const html = `<script>const a = '<a href="x.html">';</script><!-- <a href="y.html"> --><code>&lt;a href="z.html"&gt;</code>`;
  expect(faults({ 'index.html': html })).toEqual([]);
});
