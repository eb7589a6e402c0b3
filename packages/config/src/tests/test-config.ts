import type { DeadLetter } from '@millrace/core';
import { type TestResult, testRun } from '@millrace/core/testing';
import { originOf } from '../check/origins.js';
import { sourceNames } from '../check/structure.js';
import { ConfigError } from '../errors.js';
import { loadConfig } from '../load-config.js';
import type { ConfigPlace, ConfigTest, LoadedConfig } from '../loaded.js';
import type { ConfigParams } from '../params.js';
import { itemsOf, mocksOf } from './case-inputs.js';
import { listDifferences, matches, redacted, show } from './differences.js';
import { type Expectation, type Update, updateFile } from './update-file.js';

/** What became of a case. */
export interface CaseResult {
  /** What must hold, as the file says it. */
  readonly name: string;
  /** Whether it held; true, too, where `update` has written what came out. */
  readonly passed: boolean;
  /**
   * What came out otherwise than it should, a sentence each, without secrets; with `update` also of a case that passes by it, and why what
   * came out could not be written.
   */
  readonly differences: readonly string[];
  /** Of the case's name in the file. */
  readonly place: ConfigPlace;
}

/** Which cases are run, and what becomes of the file. */
export interface TestConfigOptions {
  /**
   * Writes what came out into the file as what is expected; secret vars stand there by their names, and a case that could not be written so
   * that it is read as the same does not pass. Default: false.
   */
  readonly update?: boolean | undefined;
  /** Runs the cases alone whose name contains this. Default: all. */
  readonly only?: string | undefined;
}

/**
 * Runs the cases of a file: on their items, with sinks that keep what they get, on this thread, on a clock that need not be waited for.
 * Where connectors are without the values of their vars, load it with `forTests`.
 *
 * @returns what became of each case that was run, in the order of the file; a case that does not hold rejects nothing
 * @throws ConfigError when the vars of a case make the file wrong, or an update would; FileError when it cannot be read or written
 *
 * @example
 * ```ts
 * import { loadConfig, testConfig } from '@millrace/config';
 *
 * for (const { name, passed, differences } of await testConfig(await loadConfig('words.yaml'))) {
 *   console.log(passed ? 'ok' : 'FAILED', name, ...differences);
 * }
 * ```
 */
export async function testConfig(loaded: LoadedConfig, options: TestConfigOptions = {}): Promise<readonly CaseResult[]> {
  const { update = false, only = '' } = options;
  const results = new Map<number, CaseResult>();
  const updates = new Map<number, Update>();
  for (const [index, declared] of loaded.tests.entries()) {
    if (!declared.name.includes(only)) continue;
    const own = await withVars(loaded, declared);
    // Its items and what it expects have its vars in them, too. A file that has changed meanwhile may have another one there, or none.
    const test = own.tests[index] ?? declared;
    const outcome = await runCase(own, test);
    const found = differencesOf(test, outcome);
    const differences = [...found.error, ...found.out, ...found.deadLetters].map((text) => redacted(text, loaded.secrets));
    if (update && differences.length > 0) updates.set(index, { expectation: expectationOf(test, outcome, found), own });
    results.set(index, { name: declared.name, passed: differences.length === 0, differences, place: declared.place });
  }
  const refused = updates.size === 0 ? new Map<number, string>() : await updateFile(loaded, updates);
  return [...results].map(([index, result]) => {
    if (!updates.has(index)) return result;
    const why = refused.get(index);
    if (why === undefined) return { ...result, passed: true };
    return { ...result, differences: [...result.differences, `what came out was not written into the file: ${why}`] };
  });
}

async function runCase(own: LoadedConfig, test: ConfigTest): Promise<TestResult> {
  const { pipeline, params } = own;
  const origin = originOf(own);
  const items = itemsOf(test, origin && sourceNames(origin.source));
  return testRun(pipeline, { params: withoutShare(params), items, mocks: await mocksOf(test) });
}

/** A share of the items says nothing of the few that a case has; a count stands. */
function withoutShare(params: ConfigParams): ConfigParams {
  const { maxErrors, ...errors } = params.errors ?? {};
  return typeof maxErrors === 'string' ? { ...params, errors } : params;
}

/** The file with the vars of the case: they stand over all others. */
async function withVars(loaded: LoadedConfig, { name, vars, place }: ConfigTest): Promise<LoadedConfig> {
  if (vars === undefined) return loaded;
  const options = originOf(loaded)?.options ?? {};
  const set = Object.fromEntries(Object.entries(vars).map(([name, value]) => [`vars.${name}`, String(value)]));
  try {
    return await loadConfig(loaded.file, { ...options, set: { ...options.set, ...set } });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Without them the file is well: the place to mend is the case.
    const by = redacted(`by the vars of the test "${name}", which stand over the file as --set does`, loaded.secrets);
    const problems = error.problems.map((each) => ({ ...each, ...place, length: 1, message: `${by}: ${each.message}` }));
    throw new ConfigError(problems, error.text);
  }
}

/** By the members of a case, a sentence each. */
type Differences = Readonly<Record<'error' | 'out' | 'deadLetters', readonly string[]>>;

function differencesOf(test: ConfigTest, { delivered, deadLetters, error }: TestResult): Differences {
  const { out, deadLetters: letters = [], error: failure } = test;
  return {
    error: errorDifferences(failure, error),
    out: out === undefined ? [] : listDifferences('out', out, delivered),
    deadLetters: listDifferences('deadLetters', letters, deadLetters, matches),
  };
}

function errorDifferences(expected: ConfigTest['error'], error: unknown): readonly string[] {
  if (expected === undefined) return error === undefined ? [] : [`the run failed: ${errorText(error)}`];
  if (error === undefined) return [`error: expected ${show(expected)}, and the run did not fail`];
  // What failed is wrapped in the error of the stage; either may be meant.
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return matches(expected, error) || matches(expected, cause)
    ? []
    : [`error: expected ${show(expected)}, got ${errorText(error)}`];
}

function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : show(error);
}

/** Members that hold stay as they are: they may say less than all that came, and are laid out as somebody wanted. */
function expectationOf(test: ConfigTest, { delivered, deadLetters, error }: TestResult, found: Differences): Expectation {
  const failed = error === undefined ? undefined : { message: error instanceof Error ? error.message : show(error) };
  const isNew = test.out === undefined && error === undefined;
  return {
    ...((isNew || found.out.length > 0) && { out: delivered }),
    ...(found.deadLetters.length > 0 && { deadLetters: deadLetters.map(letterOf) }),
    ...(found.error.length > 0 && { error: failed }),
  };
}

/** What of a dead letter is the same in every run. */
function letterOf({ stage, error }: DeadLetter): unknown {
  return { stage, error: { name: error.name, message: error.message } };
}
