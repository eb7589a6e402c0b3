import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { limits } from '@millrace/core/options';
import type { BrowserContextOptions } from 'playwright-core';
import { publicPackages } from './entry-points.js';
import { faintTexts } from './in-page.fixture.js';
import { brokenLinkText, checkLinks } from './link-check.js';
import { pagesOf } from './pages.js';
import type { Tab } from './reader.fixture.js';
import { type Tour, tour } from './tour.fixture.js';
import { describeWithReader } from './with-reader.fixture.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const site = join(root, 'docs', 'site');

const documents = pagesOf(root).map(({ url }) => `${url}.html`);
const modules = publicPackages(root).flatMap(({ entryPoints }) =>
  entryPoints.map(({ specifier }) => `api/${specifier.replace('@millrace/', '')}/index.html`),
);
// One page of each kind.
const kinds = [
  'index.html',
  'guides/command-line.html',
  'spec.html',
  'api/core/index.html',
  'api/core/interfaces/IoTaskOptions.html',
  'api/core/functions/cpu.html',
  'source/packages/examples/src/airports/pipeline.ts.html',
];
const withDiagram = 'decisions/0029-documentation-site.html';

test('every link leads somewhere', () => {
  const { pages, broken } = checkLinks(site);
  expect(broken.map(brokenLinkText)).toEqual([]);
  expect(pages).toBeGreaterThan(documents.length + modules.length);
});

test('every page of the repository, and every module, has a page', () => {
  expect([...documents, ...modules, ...kinds].filter((path) => !existsSync(join(site, path)))).toEqual([]);
});

test('every option of a run is shown with what it does and its default', () => {
  const html = readFileSync(join(site, 'api/core/interfaces/RunOptions.html'), 'utf8');
  const text = html.replaceAll(/<[^>]*>/g, '').replaceAll('&#39;', "'");
  for (const [name, { doc }] of Object.entries(limits.run.options)) {
    expect(text).toContain(name);
    expect(text).toContain(doc.replaceAll('`', ''));
  }
  expect(text).toContain('Default: 1000 ms. It takes an integer from 0 to');
});

const shadeOf = (color: string) => (Math.max(...(color.match(/\d+/g) ?? []).map(Number)) > 128 ? 'light' : 'dark');

describeWithReader('the site in a browser', site, (reader) => {
  let seen: Tour;
  const tabs: Tab[] = [];
  const open = async (path: string, options?: BrowserContextOptions) => {
    const tab = await reader().open(path, options);
    tabs.push(tab);
    return tab;
  };

  beforeAll(async () => {
    // Records of decisions are many, and all alike.
    const toured = documents.filter((path) => !path.startsWith('decisions/'));
    seen = await tour(reader(), new Set([...kinds, withDiagram, ...toured, ...modules]), [390, 1280]);
  });
  afterEach(() => Promise.all(tabs.splice(0).map((tab) => reader().close(tab))));

  test('no page says a word on the console, or wants anything from elsewhere', () => {
    expect(seen.faults).toEqual([]);
  });

  test.each([390, 1280])('no page is wider than a window of %d px', (width) => {
    const wide = seen.sights.filter(({ widths }) => widths[width]!.page > widths[width]!.window);
    expect(wide.map(({ path, widths }) => [path, widths[width]])).toEqual([]);
  });

  test('every diagram is seen whole in a window of 1280 px', () => {
    expect(seen.sights.filter(({ widths }) => widths[1280]!.cutDiagrams > 0).map(({ path }) => path)).toEqual([]);
  });

  test.each(['js', 'ts', 'yaml', 'sh', 'json'])('code is coloured: %s', (language) => {
    const colors = seen.sights.flatMap(({ code }) => code.filter(([name]) => name === language).map(([, count]) => count));
    expect(Math.max(...colors)).toBeGreaterThan(1);
  });

  test('what the navigation names is there', async () => {
    const { page } = await open('guides/command-line.html');
    const links = await page
      .locator('#tsd-nav-container a')
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    const paths = links.map((href) => decodeURIComponent(new URL(href).pathname).slice(1));
    expect(paths).toEqual(expect.arrayContaining([...documents, ...modules]));
    expect(paths.filter((path) => !existsSync(join(site, path)))).toEqual([]);
  });

  test('the search finds `cpu` and leads to its page', async () => {
    const { page, faults } = await open('index.html');
    await page.locator('#tsd-search-trigger').click();
    await page.locator('#tsd-search-input').fill('cpu');
    await page.locator('#tsd-search-results a').first().click();
    await page.waitForURL('**/api/core/functions/cpu.html');
    expect(await page.locator('h1').innerText()).toContain('cpu');
    expect(faults).toEqual([]);
  });

  test('the search finds what stands in guides', async () => {
    const { page } = await open('spec.html');
    await page.locator('#tsd-search-trigger').click();
    await page.locator('#tsd-search-input').fill('command line');
    await page.locator('#tsd-search-results a[href*="guides/command-line.html"]').first().waitFor();
  });

  test.each(['light', 'dark'] as const)('text can be read in %s colours', async (colorScheme) => {
    const tab = await open('index.html', { colorScheme });
    const background = await tab.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(shadeOf(background)).toBe(colorScheme);
    for (const path of kinds) {
      await reader().go(tab, path);
      const { checked, faint } = await tab.page.evaluate(faintTexts);
      expect(checked).toBeGreaterThan(10);
      expect({ path, faint }).toEqual({ path, faint: [] });
    }
  });

  test.each(['light', 'dark'] as const)('diagrams are drawn in %s colours', async (colorScheme) => {
    const { page, faults } = await open(withDiagram, { colorScheme });
    await page.locator('.diagram svg .node').first().waitFor();
    expect(await page.locator('code.mermaid').count()).toBe(0);
    const text = page.locator('.diagram svg .nodeLabel').first();
    const color = await text.evaluate((element) => getComputedStyle(element).color);
    expect(shadeOf(color)).toBe(colorScheme === 'light' ? 'dark' : 'light');
    expect(faults).toEqual([]);
  });
});
