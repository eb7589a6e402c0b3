import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FileError, resolveFrom } from '@millrace/connectors';
import type { RunOptions } from '@millrace/core';
import { itemsOf, memberOf, type Node, textOf } from '../document/node.js';
import { overridden, splitSet } from '../document/overrides.js';
import { parseText } from '../document/parse.js';
import { substituted, type Var, varsOf } from '../document/vars.js';
import type { ConfigTest, LoadedConfig, LoadOptions } from '../loaded.js';
import type { Problem } from '../problem.js';
import { pipelineFields, pipelineShape, testsShape, varsShape } from '../shapes/pipeline.js';
import type { Found, Site } from '../shapes/shape.js';
import { checkCaseVars } from './case-vars.js';
import { dryBuild } from './dry-build.js';
import { Findings, masking } from './findings.js';
import { checkModules, moduleUrl } from './modules.js';
import { neededByTests } from './needed-values.js';
import { keepOrigin } from './origins.js';
import { loadPipeline } from './pipeline-url.js';
import { readParams } from './read-params.js';
import { checkStructure } from './structure.js';
import { valuesOf } from './values.js';
import { addWarnings } from './warnings.js';

/** What a check has found. */
export interface CheckedConfig {
  /** As it was given. */
  readonly file: string;
  /** The text of the file; secrets in it are masked, each letter by a `*`: also values of secret options, and credentials in URLs. */
  readonly text: string;
  /** In the order of the file; warnings among them. */
  readonly problems: readonly Problem[];
  /** Absent when there is an error. */
  readonly loaded?: LoadedConfig;
}

/**
 * Finds all that is wrong with a pipeline file, without running anything; modules of the user are imported, to see what they export.
 *
 * @param file its path; what the file names by relative paths is found from its folder
 * @throws FileError when the file cannot be read
 *
 * @example
 * ```ts
 * import { checkConfig, formatProblem } from '@millrace/config';
 *
 * const { problems, text } = await checkConfig('words.yaml', { set: { 'stages.longest.workers': 'many' } });
 * for (const problem of problems) console.log(formatProblem(problem, text));
 * ```
 */
export async function checkConfig(file: string, options: LoadOptions = {}): Promise<CheckedConfig> {
  return checkText(file, await readText(file), options);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : `the system says ${String(code)}`;
    throw new FileError(`cannot read "${file}" (resolved to ${resolve(file)}): ${why}`, file, { cause });
  }
}

interface Looked {
  readonly root: Node;
  /** Without the values of vars. */
  readonly source: Node;
  readonly vars: ReadonlyMap<string, Var>;
  readonly site: Site;
  readonly found: readonly Found[];
}

async function checkText(file: string, text: string, options: LoadOptions): Promise<CheckedConfig> {
  // A byte order mark would shift the columns of the first line.
  const findings = new Findings(file, text.replace(/^\uFEFF/, ''));
  const looked = look(findings, dirname(resolve(file)), options);
  const loaded = looked === undefined ? undefined : await load(findings, looked, options);
  const masked = findings.masked(looked === undefined ? findings.text : withoutDefaults(looked.root, looked.vars, findings));
  return { file, text: masked, problems: findings.problems, ...(loaded === undefined ? {} : { loaded }) };
}

/** All that can be seen without the user's modules. */
function look(
  findings: Findings,
  folder: string,
  { set = {}, env = process.env, forTests = false }: LoadOptions,
): Looked | undefined {
  const parsed = parseText(findings);
  if (parsed === undefined) return undefined;
  const { vars: setVars, rest } = splitSet(set);
  const given = overridden(parsed, rest, findings);
  const found: Found[] = [];
  const site: Site = {
    findings,
    refer: (reference) => found.push(reference),
    resolve: (path) => String(resolveFrom(folder, path)),
    moduleOf: (specifier) => moduleUrl(specifier, folder),
  };
  const vars = declaredVars(given, { env, set: setVars, lenient: forTests }, site);
  const root = withVars(given, vars, findings);
  for (const name of neededByTests(root)) vars.get(name)?.tell?.();
  pipelineShape.check(root, 'a pipeline file', site);
  if (root.kind === 'map') {
    checkStructure(root, findings);
    checkCaseVars(root, findings);
  }
  return { root, source: given, vars, site, found };
}

function declaredVars(root: Node, sources: Parameters<typeof varsOf>[1], site: Site): ReadonlyMap<string, Var> {
  const node = memberOf(root, 'vars');
  const trial = new Findings(site.findings.file, site.findings.text);
  if (node !== undefined) varsShape.check(node, '"vars"', { ...site, findings: trial });
  // What is wrong with their form is told when the whole file is looked at.
  return varsOf(trial.failed && node?.kind !== 'map' ? undefined : node, sources, site.findings);
}

/** Vars stand everywhere but where they are declared. */
function withVars(root: Node, vars: ReadonlyMap<string, Var>, findings: Findings): Node {
  if (root.kind !== 'map') return root;
  const entries = root.entries.map((entry) =>
    entry.key === 'vars' ? entry : { ...entry, value: substituted(entry.value, vars, findings) },
  );
  return { ...root, entries };
}

async function load(
  findings: Findings,
  { root, source, vars, site, found }: Looked,
  options: LoadOptions,
): Promise<LoadedConfig | undefined> {
  const modules = await checkModules(found, dirname(resolve(findings.file)), findings);
  if (root.kind === 'map') addWarnings(root, vars, findings);
  if (findings.failed) return undefined;
  const params = readParams(root, site, options.limit);
  const name = textOf(memberOf(root, 'name'))!;
  const { pipeline, rxjs } = await loadPipeline(name, params);
  const plan = dryBuild(root, params, { modules, rxjs }, pipeline, findings);
  if (plan === undefined) return undefined;
  const loaded: LoadedConfig = {
    ...{ file: findings.file, name, pipeline, params },
    runOptions: runOptionsOf(root, site),
    values: valuesOf(root, findings),
    secrets: [...findings.secrets],
    tests: testsOf(root, site),
    stageNames: plan.stages.map((stage) => stage.name),
  };
  const written = withoutDefaults(root, vars, findings);
  return keepOrigin(loaded, { options, source, vars, written, text: findings.masked(written) });
}

function runOptionsOf(root: Node, site: Site): RunOptions {
  const run = memberOf(root, 'run');
  return run === undefined ? {} : pipelineFields.run.shape.read(run, site);
}

function testsOf(root: Node, site: Site): readonly ConfigTest[] {
  const node = memberOf(root, 'tests');
  if (node === undefined) return [];
  const places = itemsOf(node).map((test) => site.findings.placeOf((memberOf(test, 'name') ?? test).span.start));
  return testsShape.read(node, site).map((test, index) => ({
    ...test,
    name: test.name!,
    // What the compiler cannot follow through a shape that differs by kinds of nodes.
    in: test.in as ConfigTest['in'],
    place: places[index]!,
  }));
}

/** The text of the file without the defaults of secret vars, masked. */
function withoutDefaults(root: Node, vars: ReadonlyMap<string, Var>, { text }: Findings): string {
  const declared = memberOf(root, 'vars');
  const secrets = [...vars.values()].filter(({ secret }) => secret);
  return secrets.reduce((masked, { name }) => {
    const fallback = memberOf(memberOf(declared, name), 'default');
    return fallback === undefined ? masked : masking(masked, fallback.span);
  }, text);
}
