import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import {
  type Application,
  Comment,
  type CommentDisplayPart,
  CommentTag,
  Converter,
  DocumentReflection,
  MinimalSourceFile,
  normalizePath,
  type ProjectReflection,
  type Reflection,
} from 'typedoc';
import type { PublicPackage } from './entry-points.js';
import { fenced, withoutComments, withoutTitle } from './markdown.js';
import type { Page } from './pages.js';

/** Languages of the source files that pages link to. */
const languages: Readonly<Record<string, string>> = {
  '.ts': 'ts',
  '.js': 'js',
  '.mjs': 'js',
  '.json': 'json',
  '.yaml': 'yaml',
  '.py': 'python',
  '.sql': 'sql',
  '': 'text',
};

/**
 * Puts what is written in Markdown into the project: the pages, the READMEs of packages at the head of their module, and a page for each
 * source file that one of them links to, so that a link never leaves the site for a repository.
 */
export class Documents {
  readonly #app: Application;
  readonly #root: string;
  readonly #pages: readonly Page[];
  readonly #packages: readonly PublicPackage[];
  readonly #urls = new Map<Reflection, string>();
  readonly #sources: DocumentReflection[] = [];

  constructor(app: Application, root: string, pages: readonly Page[], packages: readonly PublicPackage[]) {
    this.#app = app;
    this.#root = root;
    this.#pages = pages;
    this.#packages = packages;
    app.converter.on(Converter.EVENT_BEGIN, ({ project }) => this.#addPages(project));
    // After all is converted, and before links are resolved.
    app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
      this.#addReadmes(project);
      this.#addSources(project);
    });
  }

  /** Pages of source files. They are in no navigation and in no search. */
  get sources(): readonly DocumentReflection[] {
    return this.#sources;
  }

  /** Where a document lies in the site, without `.html`. */
  urlOf(document: Reflection): string | undefined {
    return this.#urls.get(document);
  }

  #addPages(project: ProjectReflection): void {
    for (const page of this.#pages.filter(({ group }) => group !== 'Decisions')) this.#addPage(project, project, page);
    this.#addDecisions(project);
  }

  #addPage(project: ProjectReflection, parent: ProjectReflection | DocumentReflection, page: Page): void {
    const document = new DocumentReflection(page.title, parent, this.#parsed(project, page.file, page.text), {
      group: page.group,
    });
    this.#urls.set(document, page.url);
    parent.addChild(document);
    project.registerReflection(document, undefined, normalizePath(page.file));
    // Links to a folder lead to its README.
    if (basename(page.file) === 'README.md') project.files.registerReflectionPath(normalizePath(dirname(page.file)), document);
  }

  /** The records stand below one page that lists them, which is what links to their folder lead to. */
  #addDecisions(project: ProjectReflection): void {
    const records = this.#pages.filter(({ group }) => group === 'Decisions');
    const folder = join(this.#root, 'docs', 'decisions');
    const list = records.map(({ file, title }) => `- [${title}](${relative(folder, file)})`).join('\n');
    const text = `# Decisions\n\nWhy things are as they are, and what was rejected:\n\n${list}\n`;
    const document = new DocumentReflection('Decisions', project, this.#parsed(project, join(folder, 'index.md'), text), {
      group: 'Reference',
    });
    this.#urls.set(document, 'decisions/index');
    project.addChild(document);
    project.registerReflection(document, undefined, normalizePath(folder));
    for (const record of records) this.#addPage(project, document, record);
  }

  #addReadmes(project: ProjectReflection): void {
    project.readme = this.#addReadme(project, project, this.#root);
    const modules = project.children ?? [];
    for (const { folder, entryPoints } of this.#packages) {
      for (const { specifier, isMain } of entryPoints) {
        const module = modules.find((each) => each.name === specifier);
        if (module === undefined) throw new Error(`${specifier} is not in the project`);
        module.comment ??= new Comment();
        module.comment.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: 'API' }]));
        if (isMain) module.readme = this.#addReadme(project, module, folder);
      }
    }
  }

  /** The README of a folder; links to it, and to the folder, lead to what it heads. */
  #addReadme(project: ProjectReflection, reflection: Reflection, folder: string): CommentDisplayPart[] {
    const file = join(folder, 'README.md');
    for (const path of [file, folder]) project.files.registerReflectionPath(normalizePath(path), reflection);
    return this.#parsed(project, file, withoutTitle(withoutComments(readFileSync(file, 'utf8'))).text);
  }

  /** Links may lead to pages that link to further files; source files link nowhere. */
  #addSources(project: ProjectReflection): void {
    for (const file of project.files.getMediaPaths()) {
      const language = languages[extname(file)];
      if (language === undefined || !statSync(file).isFile()) continue;
      const path = relative(this.#root, file);
      const code = fenced(readFileSync(file, 'utf8'), language);
      const document = new DocumentReflection(path, project, [{ kind: 'code', text: code }], {});
      document.relevanceBoost = 0;
      this.#urls.set(document, `source/${path}`);
      project.registerReflection(document, undefined, normalizePath(file));
      this.#sources.push(document);
    }
  }

  #parsed(project: ProjectReflection, file: string, text: string): CommentDisplayPart[] {
    const source = new MinimalSourceFile(text, normalizePath(file));
    return this.#app.converter.parseRawComment(source, project.files).content;
  }
}
