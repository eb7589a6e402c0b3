import { type Directive, directiveForms, readDirective } from './directive.js';
import { type Comment, type Fence, readMarkdown } from './markdown.js';
import type { Problem } from './problem.js';
import type { Given, Snippet } from './snippet.js';

/** What is done with a fence when its page is played. */
export type Step =
  | { readonly kind: 'write'; readonly line: number; readonly name: string; readonly text: string }
  | { readonly kind: 'program'; readonly line: number; readonly name: string; readonly exit: number }
  | { readonly kind: 'shell'; readonly line: number; readonly text: string; readonly exit: number; readonly inClone: boolean }
  | { readonly kind: 'output'; readonly line: number; readonly text: string; readonly anyNumbers: boolean }
  /** Something of the clone that is in the page's folder, too. */
  | { readonly kind: 'link'; readonly line: number; readonly path: string }
  /** Commands that are only looked at. */
  | { readonly kind: 'unrun'; readonly line: number; readonly text: string }
  | { readonly kind: 'elsewhere'; readonly line: number; readonly by: readonly string[] };

/** A page, read: one story, played from top to bottom. */
export interface Page {
  readonly path: string;
  readonly fences: number;
  readonly steps: readonly Step[];
  readonly snippets: readonly Snippet[];
  readonly problems: readonly Problem[];
}

const codeLanguages: ReadonlyMap<string, 'js' | 'ts'> = new Map([
  ['js', 'js'],
  ['ts', 'ts'],
]);

/** Those of which a fence without a directive is right. */
const shown: ReadonlySet<string> = new Set(['text', 'mermaid']);

/** Those that are right in what is not played, besides. */
const shownInComments: ReadonlySet<string> = new Set(['json', 'yaml', 'csv']);

/** Directives that go with no other one but these. */
const companions: Readonly<Record<Directive['kind'], readonly Directive['kind'][]>> = {
  file: ['run', 'given', 'with'],
  run: ['file', 'given', 'in clone', 'with'],
  output: [],
  given: ['file', 'run', 'not run', 'checked elsewhere'],
  'given for all': [],
  'in clone': ['run'],
  with: ['run', 'file'],
  'checked elsewhere': ['given'],
  'not run': ['given'],
};

/** @param isStory whether it is played; of what is not, fences that are no code need nothing said of them */
export function readPage(path: string, text: string, isStory = true): Page {
  const reader = new PageReader(path, isStory);
  const { fences, loose, indented } = readMarkdown(text);
  reader.readGivenForAll([...loose, ...fences.flatMap(({ comments }) => comments)], loose);
  for (const line of indented) reader.complain(line, 'indented code: put it into a fence, with a language');
  for (const fence of fences) reader.read(fence);
  return reader.page(fences.length);
}

class PageReader {
  readonly #steps: Step[] = [];
  readonly #snippets: Snippet[] = [];
  readonly #problems: Problem[] = [];
  /** The files so far. A file that is written anew begins a map of its own, so that what was read before keeps what it had. */
  #files = new Map<string, string>();
  #givenForAll: Given | undefined;
  /** Whether something has run whose output a block may tell. */
  #hasRun = false;

  readonly path: string;
  readonly isStory: boolean;

  constructor(path: string, isStory: boolean) {
    this.path = path;
    this.isStory = isStory;
  }

  page(fences: number): Page {
    return { path: this.path, fences, steps: this.#steps, snippets: this.#snippets, problems: this.#problems };
  }

  complain(line: number, text: string): void {
    this.#problems.push({ page: this.path, line, text });
  }

  readGivenForAll(comments: readonly Comment[], loose: readonly Comment[]): void {
    for (const comment of comments) {
      const directive = readDirective(comment.text);
      if (typeof directive !== 'object') continue;
      if (directive.kind !== 'given for all') {
        if (loose.includes(comment))
          this.complain(comment.line, `\`${directive.kind}\` stands before no fence; put it right before one`);
      } else if (this.#givenForAll === undefined) this.#givenForAll = givenOf(comment, directive.text);
      else this.complain(comment.line, `a page has one \`given for all\`; add this to the one at line ${this.#givenForAll.line}`);
    }
  }

  read(fence: Fence): void {
    const directives = this.#directivesOf(fence);
    if (directives === undefined) return;
    const { line, language } = fence;
    const code = codeLanguages.get(language);
    const link = directives.get('with');
    if (link?.kind === 'with') this.#steps.push({ kind: 'link', line: link.comment.line, path: link.path });
    if (language === '') this.complain(line, 'a fence without a language: name it, `text` if it is none');
    else if (directives.has('not run')) this.#readUnrun(fence, directives);
    else if (directives.has('checked elsewhere')) this.#readElsewhere(fence, directives);
    else if (directives.has('output')) this.#readOutput(fence, directives);
    else if (code !== undefined) this.#readCode(fence, code, directives);
    else if (language === 'sh') this.#readShell(fence, directives);
    else this.#readText(fence, directives);
  }

  #directivesOf(fence: Fence): Directives | undefined {
    const found: Directives = new Map();
    for (const comment of fence.comments) {
      const directive = readDirective(comment.text);
      if (typeof directive === 'object') {
        if (found.has(directive.kind) && directive.kind !== 'given for all')
          this.complain(comment.line, `a fence has one \`${directive.kind}\`; leave one of them out`);
        found.set(directive.kind, { ...directive, comment });
      } else {
        this.complain(
          comment.line,
          directive ?? `"${firstLine(comment.text)}" is no directive; before a fence stand ${directiveForms}`,
        );
        return undefined;
      }
    }
    found.delete('given for all');
    for (const kind of found.keys()) {
      const stranger = [...found.keys()].find((other) => other !== kind && !companions[kind].includes(other));
      if (stranger === undefined) continue;
      this.complain(fence.line, `\`${kind}\` and \`${stranger}\` do not go together; leave one of them out`);
      return undefined;
    }
    return found;
  }

  #readUnrun(fence: Fence, directives: Directives): void {
    const code = codeLanguages.get(fence.language);
    if (code !== undefined) this.#addSnippet(fence, code, fragmentName(fence, code), directives);
    if (fence.language === 'sh') this.#steps.push({ kind: 'unrun', line: fence.line + 1, text: fence.text });
  }

  #readElsewhere(fence: Fence, directives: Directives): void {
    const directive = directives.get('checked elsewhere');
    if (directive?.kind === 'checked elsewhere') {
      this.#steps.push({ kind: 'elsewhere', line: directive.comment.line, by: directive.by });
    }
    this.#readUnrun(fence, directives);
  }

  #readOutput({ line, language, text }: Fence, directives: Directives): void {
    const output = directives.get('output');
    if (language !== 'text') this.complain(line, `\`output\` stands before a fence of \`text\`, not of \`${language}\``);
    else if (!this.#hasRun) {
      this.complain(line, 'nothing has run on this page whose output this could be; put a `run` or `sh` block before it');
    } else if (output?.kind === 'output') this.#steps.push({ kind: 'output', line, text, anyNumbers: output.anyNumbers });
  }

  #readCode(fence: Fence, language: 'js' | 'ts', directives: Directives): void {
    const file = directives.get('file');
    const run = directives.get('run');
    const name = file?.kind === 'file' ? file.name : run ? programName(fence, language) : fragmentName(fence, language);
    if (this.#refusesInClone(fence, directives)) return;
    if (file !== undefined || run !== undefined) {
      this.#write(fence, name);
    }
    this.#addSnippet(fence, language, name, directives);
    if (run?.kind !== 'run') return;
    this.#steps.push({ kind: 'program', line: fence.line, name, exit: run.exit });
    this.#hasRun = true;
  }

  #readShell(fence: Fence, directives: Directives): void {
    const run = directives.get('run');
    const file = directives.get('file');
    if (file?.kind === 'file') {
      this.#write(fence, file.name);
      return;
    }
    this.#steps.push({
      ...{ kind: 'shell', line: fence.line + 1, text: fence.text },
      ...{ exit: run?.kind === 'run' ? run.exit : 0, inClone: directives.has('in clone') },
    });
    this.#hasRun = true;
  }

  #readText(fence: Fence, directives: Directives): void {
    const file = directives.get('file');
    if (this.#refusesInClone(fence, directives)) return;
    if (directives.has('run'))
      this.complain(fence.line, `a fence of \`${fence.language}\` cannot be run; \`run\` is for js, ts and sh`);
    else if (directives.has('given')) this.complain(fence.line, '`given` is for fences of js and ts');
    else if (file?.kind === 'file') {
      this.#write(fence, file.name);
    } else if (!this.isStory && !shown.has(fence.language) && !shownInComments.has(fence.language)) {
      this.complain(
        fence.line,
        `nothing looks at a fence of \`${fence.language}\`: name it \`js\` or \`ts\`, or \`text\` if it is no code`,
      );
    } else if (this.isStory && !shown.has(fence.language)) {
      this.complain(
        fence.line,
        `nothing looks at this fence of \`${fence.language}\`: say \`file: NAME\` before it and use the file, \`checked elsewhere: …\` or \`not run: REASON\``,
      );
    }
  }

  #write({ line, text }: Fence, name: string): void {
    if (this.#files.has(name)) this.#files = new Map(this.#files);
    this.#files.set(name, text);
    this.#steps.push({ kind: 'write', line, name, text });
  }

  #refusesInClone({ line }: Fence, directives: Directives): boolean {
    if (!directives.has('in clone')) return false;
    this.complain(line, '`in: clone` is for fences of sh');
    return true;
  }

  #addSnippet(fence: Fence, language: 'js' | 'ts', name: string, directives: Directives): void {
    const own = directives.get('given');
    const givens: Given[] = [];
    if (own?.kind === 'given') givens.push(givenOf(own.comment, own.text));
    if (this.#givenForAll !== undefined) givens.push(this.#givenForAll);
    this.#snippets.push({
      ...{ page: this.path, line: fence.line + 1, name, language, text: fence.text },
      ...{ givens, files: this.#files },
    });
  }
}

type Directives = Map<Directive['kind'], Directive & { readonly comment: Comment }>;

const programName = ({ line }: Fence, language: 'js' | 'ts') => `program-${line}.${language === 'js' ? 'mjs' : 'ts'}`;
const fragmentName = ({ line }: Fence, language: 'js' | 'ts') => `fragment-${line}.${language === 'js' ? 'mjs' : 'ts'}`;
const firstLine = (text: string): string => text.split('\n')[0] ?? '';

/** Where its declarations begin in the page: at the comment's first line, or the next one. */
function givenOf(comment: Comment, text: string): Given {
  const before = comment.text.slice(0, comment.text.length - text.length);
  return { line: comment.line + before.split('\n').length - 1, text };
}
