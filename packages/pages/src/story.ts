import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Ended, runChild } from './child.js';
import type { Page, Step } from './page.js';
import { difference } from './printed.js';
import type { Problem } from './problem.js';
import { failedAt, shellScript } from './shell.js';
import type { Unrun } from './unrun.js';

export interface Stage {
  /** The clone's folder. */
  readonly root: string;
  /** The folder for the folders of pages. */
  readonly out: string;
  readonly env: NodeJS.ProcessEnv;
  readonly unrun: Unrun;
  /** The most that one program may take, or on average a line of a shell. */
  readonly limitMs: number;
}

/** Plays a page from top to bottom, in a folder that is empty at first. A failed run ends it: what follows builds on it. */
export async function play(page: Page, stage: Stage): Promise<Problem[]> {
  const story = new Story(page.path, stage);
  await story.begin();
  for (const step of page.steps) if (!(await story.play(step))) break;
  return story.problems;
}

class Story {
  readonly problems: Problem[] = [];
  readonly #folder: string;
  #printed = '';

  readonly page: string;
  readonly stage: Stage;

  constructor(page: string, stage: Stage) {
    this.page = page;
    this.stage = stage;
    this.#folder = join(stage.out, page.replace(/\.md$/, '').replaceAll('/', '-'));
  }

  async begin(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true });
  }

  /** @returns whether the story can go on */
  async play(step: Step): Promise<boolean> {
    switch (step.kind) {
      case 'write':
        await mkdir(dirname(join(this.#folder, step.name)), { recursive: true });
        await writeFile(join(this.#folder, step.name), step.text);
        return true;
      case 'program':
        return this.#runProgram(step);
      case 'shell':
        return this.#runShell(step);
      case 'output': {
        const differs = difference(step.text, this.#printed, step.anyNumbers);
        if (differs !== undefined)
          this.#complain(
            step.line,
            `${differs}; show what was printed, with … for what is another each time:\n${quoted(this.#printed)}`,
          );
        return true;
      }
      case 'link':
        return this.#link(step);
      case 'unrun':
        this.problems.push(...(await this.stage.unrun.shellProblems(this.page, step.line, step.text)));
        return true;
      case 'elsewhere':
        this.problems.push(...this.stage.unrun.elsewhereProblems(this.page, step.line, step.by));
        return true;
    }
  }

  async #link({ line, path }: Step & { kind: 'link' }): Promise<boolean> {
    const target = join(this.stage.root, path);
    if (!existsSync(target)) {
      this.#complain(line, `the clone has no ${path}; \`with\` names what the page's folder shall have of it`);
      return false;
    }
    await mkdir(dirname(join(this.#folder, path)), { recursive: true });
    await symlink(target, join(this.#folder, path));
    return true;
  }

  async #runProgram({ line, name, exit }: Step & { kind: 'program' }): Promise<boolean> {
    const args = name.endsWith('ts') ? ['--import', 'tsx', name] : [name];
    return this.#judge(line, await this.#run(line, process.execPath, args, this.#folder), exit);
  }

  async #runShell({ line, text, exit, inClone }: Step & { kind: 'shell' }): Promise<boolean> {
    const script = this.#beside(line, 'sh');
    if (inClone) this.problems.push(...(await this.stage.unrun.shellProblems(this.page, line, text)));
    await writeFile(script, shellScript(text));
    const lines = text.trim().split('\n').length;
    const ended = await this.#run(line, 'bash', [script], inClone ? this.stage.root : this.#folder, lines);
    const at = await readFile(this.#beside(line, 'failed'), 'utf8').catch(() => '');
    return this.#judge(line + Math.max(0, Number(at) - 1), ended, exit);
  }

  async #run(line: number, command: string, args: readonly string[], cwd: string, lines = 1): Promise<Ended> {
    const { env, limitMs } = this.stage;
    await rm(this.#beside(line, 'failed'), { force: true });
    const ended = await runChild(command, args, {
      ...{ cwd, limitMs: limitMs * lines, log: this.#beside(line, 'log') },
      env: { ...env, [failedAt]: this.#beside(line, 'failed') },
    });
    this.#printed = ended.printed;
    return ended;
  }

  #judge(line: number, { exit, killed, printed }: Ended, wanted: number): boolean {
    if (killed)
      this.#complain(
        line,
        `it had not ended in time and was killed; let it end, or say \`not run: REASON\`:\n${quoted(printed)}`,
      );
    else if (exit !== wanted)
      this.#complain(
        line,
        `exit code ${exit} in the place of ${wanted}; mend the code, or say \`run: exit ${exit}\`:\n${quoted(printed)}`,
      );
    else return true;
    return false;
  }

  /** A file for what belongs to the block at a line; not in the page's folder, where its commands would see it. */
  #beside(line: number, extension: string): string {
    return `${this.#folder}.${line}.${extension}`;
  }

  #complain(line: number, text: string): void {
    this.problems.push({ page: this.page, line, text });
  }
}

function quoted(printed: string): string {
  return printed.trim() === ''
    ? '  | (nothing was printed)'
    : printed
        .trim()
        .split('\n')
        .map((line) => `  | ${line}`)
        .join('\n');
}
