import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from './problem.js';

/** Runs `millrace` with arguments. @returns what it printed */
export type Millrace = (args: readonly string[]) => Promise<{ readonly printed: string }>;

/** Looks at what is not run here: whether the scripts, files, commands and options that it names are there. */
export class Unrun {
  readonly #scripts: ReadonlySet<string>;
  /** What each command said that was asked for its help. */
  readonly #help = new Map<string, ReturnType<Millrace>>();

  readonly root: string;
  readonly millrace: Millrace;

  constructor(root: string, millrace: Millrace) {
    this.root = root;
    this.millrace = millrace;
    const { scripts }: { scripts: object } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    this.#scripts = new Set(Object.keys(scripts));
  }

  /** @param firstLine that of the text in the page */
  async shellProblems(page: string, firstLine: number, text: string): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (const [index, line] of text.split('\n').entries()) {
      for (const words of commandsOf(line)) {
        const problem = this.#npmProblem(words) ?? (await this.#millraceProblem(words));
        if (problem !== undefined) problems.push({ page, line: firstLine + index, text: problem });
      }
    }
    return problems;
  }

  /** @param by scripts of npm, as `npm run demo`, and files */
  elsewhereProblems(page: string, line: number, by: readonly string[]): Problem[] {
    return by.flatMap((name) => {
      const text = name.startsWith('npm ') ? this.#checkProblem(name.split(/\s+/)) : this.#fileProblem(name);
      return text === undefined ? [] : [{ page, line, text }];
    });
  }

  #fileProblem(name: string): string | undefined {
    if (statSync(join(this.root, name), { throwIfNoEntry: false })?.isFile()) return undefined;
    return `there is no file ${name} that could check this; name one, or a script as \`npm run …\``;
  }

  #checkProblem(words: readonly string[]): string | undefined {
    const [, verb = '', script] = words.filter((word) => !word.startsWith('-'));
    if (['test', 'cit', 'ci'].includes(verb) || (verb === 'run' && script !== undefined)) return this.#npmProblem(words);
    return `\`${words.join(' ')}\` checks nothing; name a file, or a script as \`npm run …\``;
  }

  #npmProblem([command, ...words]: readonly string[]): string | undefined {
    if (command !== 'npm') return undefined;
    const [verb, script] = words.filter((word) => !word.startsWith('-'));
    const name = verb === 'run' ? script : verb === 'cit' ? 'test' : verb;
    if (name === undefined || (verb !== 'run' && name !== 'test')) return undefined;
    return this.#scripts.has(name)
      ? undefined
      : `package.json has no script "${name}"; there are ${[...this.#scripts].join(', ')}`;
  }

  async #millraceProblem([first, ...words]: readonly string[]): Promise<string | undefined> {
    const args = first === 'npx' ? words.slice(1) : words;
    if ((first === 'npx' ? words[0] : first) !== 'millrace') return undefined;
    const [name = '', second = ''] = args.filter((word) => !word.startsWith('-'));
    if (name === '' || name === 'help') return undefined;
    const help = await this.#helpOf(name);
    if (help === undefined) return `millrace has no command "${name}"; \`millrace help\` lists them`;
    const path = /^Commands:$/m.test(help) ? `${name} ${second}` : name;
    const known = path === name ? help : await this.#helpOf(path);
    if (known === undefined) return `millrace has no command "${path}"; \`millrace help ${name}\` lists them`;
    const options = new Set(known.match(/(?<=^ +|, )--?[a-z][\w-]*/gm));
    const unknown = args.find((word) => /^--?[a-z]/.test(word) && !options.has(word.split('=')[0]!));
    return unknown === undefined
      ? undefined
      : `\`millrace ${path}\` has no option ${unknown}; \`millrace ${path} --help\` lists them`;
  }

  async #helpOf(path: string): Promise<string | undefined> {
    const asked = this.#help.get(path) ?? this.millrace([...path.split(' '), '--help']);
    this.#help.set(path, asked);
    const { printed } = await asked;
    // Of a command that there is not, the help of the one above is told.
    return printed.startsWith(`Usage: millrace ${path} `) ? printed : undefined;
  }
}

/** The words of each command of a line: enough of a shell for names and options. */
function commandsOf(line: string): string[][] {
  return line
    .replace(/(^|\s)#.*$/, '')
    .split(/&&|\|\||[|;]/)
    .map((command) => command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [])
    .filter((words) => words.length > 0);
}
