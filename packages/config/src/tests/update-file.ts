import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { isMap, isSeq } from 'yaml';
import { Findings } from '../check/findings.js';
import { type Origin, originOf } from '../check/origins.js';
import { itemsOf, memberOf, type Node, plainOf } from '../document/node.js';
import { oneDocument } from '../document/one-document.js';
import { parseText } from '../document/parse.js';
import { substituted } from '../document/vars.js';
import { ConfigError } from '../errors.js';
import type { LoadedConfig } from '../loaded.js';
import { caseEdits, type Edit, edited } from './case-edits.js';
import { asData, redacted } from './differences.js';
import { replaceFile } from './replace-file.js';
import { type Secrets, said, secretsOf, Unsayable } from './said.js';
import type { Notation } from './written.js';

/** What a case is to expect from now on; a member that is `undefined` is taken out, one that is absent stays as it is. */
export interface Expectation {
  readonly out?: readonly unknown[];
  readonly deadLetters?: readonly unknown[];
  readonly error?: Readonly<Record<string, unknown>> | undefined;
}

/** What a case is to expect, and the file as it was loaded for the case, with its vars. */
export interface Update {
  readonly expectation: Expectation;
  /** Default: the file itself. */
  readonly own?: LoadedConfig | undefined;
}

type Vars = Origin['vars'];
type Members = Readonly<Record<string, unknown>>;

interface Change {
  readonly data: Members;
  /** The data as the file says it. */
  readonly members: Members;
  readonly edits: readonly Edit[];
  /** Those of the case. */
  readonly vars: Vars;
}

/**
 * Writes expectations into the cases of a file, by their numbers. Only their text changes: comments and layout stay, and JSON stays JSON. What
 * was written is read again before it is saved.
 *
 * @returns of cases that could not be written, by their numbers, why
 * @throws ConfigError when the new text would not be read as what was meant, FileError; the file is as it was then
 */
export async function updateFile(
  loaded: LoadedConfig,
  updates: ReadonlyMap<number, Update>,
): Promise<ReadonlyMap<number, string>> {
  const update = new FileUpdate(loaded, await readFile(loaded.file, 'utf8'));
  const text = update.textWith(updates);
  if (update.written > 0) await replaceFile(loaded.file, text);
  return update.refused;
}

class FileUpdate {
  readonly refused = new Map<number, string>();
  readonly #loaded: LoadedConfig;
  readonly #origin: Origin;
  readonly #mark: string;
  readonly #text: string;
  readonly #notation: Notation;
  #written = 0;

  constructor(loaded: LoadedConfig, text: string) {
    const origin = originOf(loaded);
    if (origin === undefined) throw new TypeError('a file is updated by what loadConfig() has returned, not by a copy of it');
    this.#loaded = loaded;
    this.#origin = origin;
    // Places in the text are counted without its byte order mark.
    this.#mark = text.startsWith('\u{FEFF}') ? '\u{FEFF}' : '';
    this.#text = text.slice(this.#mark.length);
    this.#notation = loaded.file.endsWith('.json') || isJson(this.#text) ? 'json' : 'yaml';
  }

  get written(): number {
    return this.#written;
  }

  /** @throws ConfigError */
  textWith(updates: ReadonlyMap<number, Update>): string {
    const tests = oneDocument(this.#text).document.get('tests');
    const names = itemsOf(memberOf(this.#read(this.#text), 'tests')).map((test) =>
      this.#filled(memberOf(test, 'name'), this.#origin.vars),
    );
    const changes = new Map<number, Change>();
    for (const [index, update] of updates) {
      try {
        if (names[index] !== this.#loaded.tests[index]!.name)
          throw new Unsayable('the file has changed meanwhile: run the tests again');
        changes.set(index, this.#change(isSeq(tests) ? tests.items[index] : undefined, update, index));
      } catch (error) {
        if (!(error instanceof Unsayable)) throw error;
        this.refused.set(index, error.message);
      }
    }
    this.#written = changes.size;
    return this.#mark + (this.#changed(changes) ?? this.#fail(changes));
  }

  /** @throws Unsayable */
  #change(test: unknown, { expectation, own }: Update, index: number): Change {
    if (!isMap(test)) throw new Unsayable('the test does not stand in the file as a map of its own: write it out');
    const data = membersOf(expectation, asData);
    const vars = (own && originOf(own)?.vars) ?? this.#origin.vars;
    const secrets = this.#secretsOf(index);
    const members = membersOf(data, (value) => said(value, secrets));
    return { data, members, vars, edits: caseEdits({ text: this.#text, notation: this.#notation }, test, members) };
  }

  /** Vars that the case sets itself stand in the file, and can stand for no secret. */
  #secretsOf(index: number): Secrets {
    const { vars: own = {} } = this.#loaded.tests[index]!;
    const vars = [...this.#origin.vars.values()].filter(({ name }) => !Object.hasOwn(own, name));
    return secretsOf(vars, this.#loaded.secrets);
  }

  /** The new text; undefined unless it is read as the old one, but for the members that are meant to be others. */
  #changed(changes: ReadonlyMap<number, Change>): string | undefined {
    if (changes.size === 0) return this.#text;
    const text = edited(
      this.#text,
      [...changes.values()].flatMap(({ edits }) => edits),
    );
    const [before, after] = [this.#read(this.#text), this.#read(text)];
    if (before === undefined || after === undefined) return undefined;
    if (!isDeepStrictEqual(plainOf(after), withMembers(plainOf(before), changes))) return undefined;
    const tests = itemsOf(memberOf(after, 'tests'));
    const same = [...changes].every(([index, { data, vars }]) =>
      Object.entries(data).every(([name, value]) => isDeepStrictEqual(this.#filled(memberOf(tests[index], name), vars), value)),
    );
    return same && isJson(text) === isJson(this.#text) ? text : undefined;
  }

  #fail(changes: ReadonlyMap<number, Change>): never {
    const guilty = [...changes].find((change) => this.#changed(new Map([change])) === undefined);
    const [index] = guilty ?? [...changes][0]!;
    const { file, tests } = this.#loaded;
    const { name, place } = tests[index]!;
    const message = `what came out of the test "${name}" would not be read as the same from this file, so that nothing was written`;
    const hint = 'write by hand what it expects; an anchor, a tag or an unusual layout in it may be why';
    const { text } = this.#origin;
    const told = redacted(message, this.#loaded.secrets);
    throw new ConfigError([{ file, ...place, length: 1, severity: 'error', rule: 'not-updated', message: told, hint }], text);
  }

  /** Undefined when something is wrong with it. */
  #read(text: string): Node | undefined {
    const findings = new Findings(this.#loaded.file, text);
    const node = parseText(findings);
    return findings.failed ? undefined : node;
  }

  /** The value with vars in it; undefined when there is none. */
  #filled(node: Node | undefined, vars: Vars): unknown {
    if (node === undefined) return undefined;
    const findings = new Findings(this.#loaded.file, '');
    const filled = substituted(node, vars, findings);
    return findings.failed ? undefined : plainOf(filled);
  }
}

/** What is `undefined` stays so. */
function membersOf(members: Members | Expectation, of: (value: unknown) => unknown): Members {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, value === undefined ? value : of(value)]));
}

function withMembers(file: unknown, changes: ReadonlyMap<number, Change>): unknown {
  if (typeof file !== 'object' || file === null || !('tests' in file) || !Array.isArray(file.tests)) return file;
  const tests = file.tests.map((test: Members, index) => {
    const entries = Object.entries({ ...test, ...changes.get(index)?.members });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  });
  return { ...file, tests };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
