import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { htmlTags } from './html-tags.js';

export interface BrokenLink {
  /** The page that it is on, from the root of the site. */
  readonly page: string;
  /** As it is written there. */
  readonly link: string;
  readonly reason: string;
}

export interface LinkReport {
  readonly pages: number;
  readonly links: number;
  readonly broken: readonly BrokenLink[];
}

interface Link {
  readonly target: string;
  /** What a page needs to be shown is not fetched from elsewhere; where a reader goes may be elsewhere. */
  readonly isFetched: boolean;
}

interface PageText {
  readonly links: readonly Link[];
  readonly anchors: ReadonlySet<string>;
}

/** Follows all links of the HTML pages in a folder: `href` and `src`, to files and to anchors in them. Those to other sites are not followed. */
export function checkLinks(folder: string): LinkReport {
  const texts = new Texts(folder);
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  const found = pages.flatMap((page) => texts.of(page).links.map((link) => ({ page, link })));
  const broken = found.flatMap(({ page, link }) => {
    const reason = fault(texts, page, link);
    return reason === undefined ? [] : [{ page, link: link.target, reason }];
  });
  return { pages: pages.length, links: found.length, broken };
}

/** What files of a site have in them; each is read once, as thousands of links lead to a few of them. */
class Texts {
  readonly folder: string;
  readonly #read = new Map<string, PageText>();

  constructor(folder: string) {
    this.folder = folder;
  }

  of(file: string): PageText {
    const known = this.#read.get(file);
    if (known !== undefined) return known;
    const text = pageText(readFileSync(join(this.folder, file), 'utf8'));
    this.#read.set(file, text);
    return text;
  }
}

export function brokenLinkText({ page, link, reason }: BrokenLink): string {
  return `${page}: ${link}: ${reason}`;
}

function pageText(html: string): PageText {
  const links: Link[] = [];
  const anchors = new Set<string>();
  for (const { name, attributes } of htmlTags(html)) {
    const { href, src, id } = attributes;
    if (id !== undefined) anchors.add(id);
    if (name === 'a' && attributes.name !== undefined) anchors.add(attributes.name);
    if (href !== undefined) links.push({ target: href, isFetched: name === 'link' });
    if (src !== undefined) links.push({ target: src, isFetched: true });
  }
  return { links, anchors };
}

function fault(texts: Texts, page: string, { target, isFetched }: Link): string | undefined {
  if (target.startsWith('data:')) return undefined;
  if (/^(https?:)?\/\//.test(target)) return isFetched ? 'it is fetched from another site' : undefined;
  if (/^[a-z]+:/.test(target)) return target.startsWith('mailto:') ? undefined : 'it has a scheme that no browser follows';
  if (target.startsWith('/')) return 'it holds only for a site at the root of a host';
  const [path, anchor] = parts(target);
  const file = path === '' ? page : join(dirname(page), path);
  if (file.startsWith('..')) return 'it leads out of the site';
  const place = join(texts.folder, file);
  if (!existsSync(place)) return `there is no ${file}`;
  if (statSync(place).isDirectory()) return 'it leads to a folder, which opens only on a server';
  if (anchor === undefined || anchor === '' || texts.of(file).anchors.has(anchor)) return undefined;
  return `${file} has no anchor "${anchor}"`;
}

function parts(target: string): [path: string, anchor: string | undefined] {
  const [rest = '', anchor] = target.split('#', 2);
  const [path = ''] = rest.split('?', 1);
  return [decodeURIComponent(path), anchor === undefined ? undefined : decodeURIComponent(anchor)];
}
