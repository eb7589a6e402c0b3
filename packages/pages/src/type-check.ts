import { basename, dirname, extname, join } from 'node:path';
import ts from 'typescript';
import { type Names, namesOf } from './given-names.js';
import type { Problem } from './problem.js';
import type { Given, Snippet } from './snippet.js';

/** What holds for the code of users; packages are resolved from the clone's node_modules. */
const common: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.es2024.sharedmemory.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  allowJs: true,
  noEmit: true,
};

/** As Node.js runs it by itself, from 22.18 on: types that can be erased, and imports that tell them. */
const strict: ts.CompilerOptions = { ...common, strict: true, erasableSyntaxOnly: true, verbatimModuleSyntax: true };
const lax: ts.CompilerOptions = { ...common, checkJs: true, strict: false };

/** A module for the compiler, and the line of the page at which its first line stands. */
interface Module {
  readonly path: string;
  readonly page: string;
  readonly line: number;
}

/** Type-checks all snippets in two programs: those of TypeScript strictly, those of JavaScript as far as types are known. */
export function typeProblems(root: string, snippets: readonly Snippet[]): Problem[] {
  const sources = new Sources(join(root, 'out', 'types'));
  const modules = snippets.map((snippet) => sources.add(snippet));
  const ofLanguage = (language: 'js' | 'ts') => modules.filter((_, index) => snippets[index]?.language === language);
  return [
    ...problemsOf(root, strict, [...ofLanguage('ts'), ...sources.givens], sources.texts),
    ...problemsOf(root, lax, ofLanguage('js'), sources.texts),
  ];
}

/** The texts that the compiler is shown; none of them lies on the disk. */
class Sources {
  readonly texts = new Map<string, string>();
  readonly givens: Module[] = [];
  /** The folder of each set of files. */
  readonly #folders = new Map<ReadonlyMap<string, string>, string>();

  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  add(snippet: Snippet): Module {
    const folder = this.#folderOf(snippet.files);
    const path = join(folder, snippet.name);
    const own = namesOf(snippet.text, path);
    const imports = this.#imports(snippet, snippet.givens, folder, dirname(path), own, snippet.language === 'ts');
    this.texts.set(path, `${imports}${snippet.text}`);
    return { path, page: snippet.page, line: snippet.line };
  }

  #folderOf(files: ReadonlyMap<string, string>): string {
    const known = this.#folders.get(files);
    if (known !== undefined) return known;
    const folder = join(this.root, String(this.#folders.size));
    this.#folders.set(files, folder);
    this.texts.set(join(folder, 'package.json'), '{ "type": "module" }');
    for (const [name, text] of files) this.texts.set(join(folder, name), text);
    return folder;
  }

  /** What a module takes of its givens; on one line, so that the lines below keep their numbers. */
  #imports(snippet: Snippet, givens: readonly Given[], folder: string, from: string, hidden: Names, withTypes: boolean): string {
    let text = '';
    const taken = new Set([...hidden.values, ...hidden.types]);
    givens.forEach((given, index) => {
      const path = join(folder, `given-${given.line}.ts`);
      const { values, types } = namesOf(given.text, path);
      this.#addGiven(snippet, given, givens.slice(index + 1), folder, path, { values, types });
      const free = (names: ReadonlySet<string>) => [...names].filter((name) => !taken.has(name));
      const names = [...free(values), ...(withTypes ? free(types).map((name) => `type ${name}`) : [])];
      for (const name of [...values, ...types]) taken.add(name);
      const upwards = from === folder ? './' : `${'../'.repeat(from.slice(folder.length + 1).split('/').length)}`;
      if (names.length > 0) text += `import { ${names.join(', ')} } from '${upwards}${basename(path, extname(path))}.js'; `;
    });
    return text;
  }

  #addGiven(snippet: Snippet, given: Given, farther: readonly Given[], folder: string, path: string, names: Names): void {
    if (this.texts.has(path)) return;
    const imports = this.#imports(snippet, farther, folder, folder, names, true);
    const exports = `export { ${[...names.values].join(', ')} }; export type { ${[...names.types].join(', ')} };`;
    this.texts.set(path, `${imports}${given.text}\n${exports}`);
    this.givens.push({ path, page: snippet.page, line: given.line });
  }
}

function problemsOf(
  root: string,
  options: ts.CompilerOptions,
  modules: readonly Module[],
  texts: ReadonlyMap<string, string>,
): Problem[] {
  if (modules.length === 0) return [];
  const host = hostOf(root, options, texts);
  const program = ts.createProgram({ rootNames: modules.map(({ path }) => path), options, host });
  const general = program.getOptionsDiagnostics().concat(program.getGlobalDiagnostics());
  if (general.length > 0) throw new Error(ts.formatDiagnostics(general, host));
  return modules.flatMap((module) => {
    const file = program.getSourceFile(module.path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found
      .filter((diagnostic) => !options.checkJs || !isUnknown(diagnostic))
      .map((diagnostic) => problemOf(module, diagnostic));
  });
}

/** JavaScript has no annotations to say what a value of type `unknown`, or of a union, is. */
function isUnknown({ code, messageText }: ts.Diagnostic): boolean {
  return (
    code === 18046 ||
    code === 2571 ||
    (code === 2339 && /on type '(?:unknown'|[^']* \| )/.test(ts.flattenDiagnosticMessageText(messageText, '')))
  );
}

function problemOf({ page, line }: Module, { file, start, messageText, code }: ts.Diagnostic): Problem {
  const offset = file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line;
  return { page, line: line + offset, text: `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n  ')}` };
}

function hostOf(root: string, options: ts.CompilerOptions, texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const disk = ts.createCompilerHost(options);
  const folders = new Set([...texts.keys()].map((path) => dirname(path)));
  return {
    ...disk,
    getCurrentDirectory: () => root,
    fileExists: (path) => texts.has(path) || disk.fileExists(path),
    readFile: (path) => texts.get(path) ?? disk.readFile(path),
    directoryExists: (path) => folders.has(path) || ts.sys.directoryExists(path),
    getSourceFile: (path, languageVersion, ...others) => {
      const text = texts.get(path);
      return text === undefined
        ? disk.getSourceFile(path, languageVersion, ...others)
        : ts.createSourceFile(path, text, languageVersion);
    },
  };
}
