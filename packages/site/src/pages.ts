import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { withoutComments, withoutTitle } from './markdown.js';

type PageGroup = 'Guides' | 'Reference' | 'Examples' | 'Decisions';

/** A Markdown file of the repository that becomes a page. */
export interface Page {
  readonly file: string;
  /** Where it lies in the site, without `.html`. */
  readonly url: string;
  readonly title: string;
  readonly group: PageGroup;
  /** Its text, the title included. */
  readonly text: string;
}

/** The order in the navigation. What is not named comes after, by name: a new page needs no line here. */
const order: Readonly<Record<PageGroup, readonly string[]>> = {
  Guides: [
    'getting-started',
    'io-and-cpu',
    'workers-and-modules',
    'backpressure-and-memory',
    'ordering-and-keys',
    'failures',
    'rxjs-inside-a-stage',
    'pipeline-files',
    'command-line',
    'writing-a-connector',
    'testing-pipelines',
    'tuning',
    'from-python',
    'from-piscina',
    'from-node-streams',
    'from-rxjs',
  ],
  Reference: ['spec', 'options', 'pipeline-file', 'architecture', 'benchmarks', 'bench', 'contributing', 'changelog'],
  Examples: ['index'],
  Decisions: [],
};

/** All pages, in the order of the navigation. */
export function pagesOf(root: string): Page[] {
  const found = [...documents(root), ...beside(root)].map((place) => pageOf(root, place));
  const groups = Object.keys(order) as PageGroup[];
  return groups.flatMap((group) => sorted(found.filter((page) => page.group === group)));
}

interface Place {
  readonly file: string;
  readonly url: string;
  /** In the navigation. Default: the first heading. */
  readonly title?: string;
}

function documents(root: string): Place[] {
  const folder = join(root, 'docs');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('site/'))
    .map((name) => ({ file: join(folder, name), url: name.replace(/\.md$/, '').replace(/README$/, 'index') }));
}

/** Pages that stand elsewhere in the repository. READMEs of published packages are no pages: they head their package's reference. */
function beside(root: string): Place[] {
  const places: Place[] = [
    { file: 'CONTRIBUTING.md', url: 'contributing' },
    { file: 'CHANGELOG.md', url: 'changelog' },
    { file: 'packages/bench/README.md', url: 'bench', title: 'How to measure' },
    { file: 'packages/examples/README.md', url: 'examples/programs', title: 'Programs on real data' },
  ];
  return places.map((place) => ({ ...place, file: join(root, place.file) })).filter(({ file }) => existsSync(file));
}

function pageOf(root: string, { file, url, title: given }: Place): Page {
  const text = withoutComments(readFileSync(file, 'utf8'));
  const { title } = withoutTitle(text);
  if (title === undefined) throw new Error(`${relative(root, file)} has no title: its first line must be "# …"`);
  return { file, url, title: given ?? title, group: groupOf(url), text };
}

function groupOf(url: string): PageGroup {
  switch (dirname(url)) {
    case 'guides':
      return 'Guides';
    case 'examples':
      return 'Examples';
    case 'decisions':
      return 'Decisions';
    default:
      return 'Reference';
  }
}

function sorted(pages: Page[]): Page[] {
  const rank = ({ url, group }: Page) => {
    const index = order[group].indexOf(basename(url));
    return index === -1 ? order[group].length : index;
  };
  return pages.sort((a, b) => rank(a) - rank(b) || (a.url < b.url ? -1 : 1));
}
