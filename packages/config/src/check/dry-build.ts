import { OptionError } from '@millrace/connectors';
import { flow, MillraceError, type Pipeline, type Plan } from '@millrace/core';
import { entryOf, itemsOf, memberOf, type Node, type Span, textOf } from '../document/node.js';
import type { Code } from '../flow/code.js';
import { deadLettersOf, sinkOf, sourceOf } from '../flow/ends.js';
import { optionsOf, patternOf, stepsOf } from '../flow/stages.js';
import type { ConfigParams, SinkSpec, StageSpec } from '../params.js';
import type { Findings } from './findings.js';

/**
 * Declares each part of a file by itself, so that all that core and connectors refuse is found at once, each at its place; then the whole,
 * as far as nothing was found.
 */
export function dryBuild(
  root: Node,
  params: ConfigParams,
  code: Code,
  pipeline: Pipeline<ConfigParams>,
  findings: Findings,
): Plan | undefined {
  sources(root, params, code, findings);
  stages(memberOf(root, 'stages'), params.stages, code, findings);
  if (params.sink !== undefined) end(memberOf(root, 'sink'), params.sink, code, findings);
  const letters = params.errors?.deadLetters;
  if (letters !== undefined) {
    const node = memberOf(memberOf(root, 'errors'), 'deadLetters') ?? root;
    attempt(node, () => flow([], { deadLetters: deadLettersOf(letters, code) }), findings);
  }
  if (findings.failed) return undefined;
  return attempt(
    root,
    () => pipeline.plan(params),
    findings,
    (error) => placeOfName(root, error),
  );
}

function sources(root: Node, params: ConfigParams, code: Code, findings: Findings): void {
  for (const spec of params.sources) {
    const node = spec.name === undefined ? memberOf(root, 'source') : memberOf(memberOf(root, 'sources'), spec.name);
    attempt(node ?? root, () => flow(sourceOf(spec, code)), findings);
  }
}

function end(node: Node | undefined, spec: SinkSpec, code: Code, findings: Findings): void {
  // To a flow of nothing: what `to` refuses is known then.
  if (node !== undefined) attempt(node, () => flow([]).to(sinkOf(spec, code), optionsOf(spec.settings, code)), findings);
}

function stages(list: Node | undefined, specs: readonly StageSpec[], code: Code, findings: Findings): void {
  const nodes = itemsOf(list);
  specs.forEach((spec, index) => {
    const node = nodes[index];
    if (node !== undefined) stage(node, spec, code, findings);
  });
}

function stage(node: Node, spec: StageSpec, code: Code, findings: Findings): void {
  if (spec.kind === 'tee') {
    stages(memberOf(node, 'stages'), spec.stages, code, findings);
    end(memberOf(node, 'sink'), spec.sink, code, findings);
    return;
  }
  if (spec.kind !== 'route') {
    attempt(node, () => stepsOf(spec, code), findings);
    return;
  }
  const cases = itemsOf(memberOf(node, 'route'));
  spec.cases.forEach((each, index) => {
    const at = cases[index];
    const { when, sink } = each;
    if (at === undefined) return;
    if (when !== undefined) attempt(memberOf(at, 'when') ?? at, () => patternOf(when, code), findings);
    stages(memberOf(at, 'stages'), each.stages, code, findings);
    if (sink !== undefined) end(memberOf(at, 'sink'), sink, code, findings);
  });
}

type Placing = (error: Error) => Span | undefined;

function attempt<T>(
  node: Node,
  build: () => T,
  findings: Findings,
  placing: Placing = (error) => placeOfOption(node, error),
): T | undefined {
  try {
    return build();
  } catch (error) {
    const given = error instanceof Error ? error : new Error('it threw something that is no error');
    // What is not ours was thrown by the user's code, or by RxJS for an argument.
    const message = error instanceof MillraceError ? given.message : `it cannot be made: ${given.message.split('\n')[0]}`;
    const rule = error instanceof OptionError ? 'wrong-value' : 'plan';
    findings.add(rule, placing(given) ?? head(node), message);
    return undefined;
  }
}

/** The option that an error is about stands in quotes in what it says; the key of one that was given is its place. */
function placeOfOption(node: Node, error: Error): Span | undefined {
  if (error instanceof OptionError) {
    const options =
      node.kind === 'map' ? node.entries.find(({ key }) => key === error.connector.split('.')[0])?.value : undefined;
    return (entryOf(options, error.option) ?? entryOf(node, error.option))?.keySpan;
  }
  const named = /option "([^"]+)"/.exec(error.message)?.[1]?.split('.') ?? [];
  let place: Span | undefined;
  let at: Node | undefined = node;
  for (const name of named) {
    const entry = entryOf(at, name);
    place = entry?.keySpan ?? place;
    at = entry?.value;
  }
  return place;
}

/** The first line of a map is its first entry. */
function head(node: Node): Span {
  return (node.kind === 'map' && node.entries[0]?.keySpan) || node.span;
}

/** A plan's error names a stage; where it has an option that the message begins with, that is the place. */
function placeOfName(root: Node, error: Error): Span | undefined {
  const { message } = error;
  const name = /(?:stage|sink|source) "([^"]+)"/.exec(message)?.[1];
  const stageNode = name === undefined ? undefined : named(memberOf(root, 'stages'), name);
  const node = stageNode ?? (/\bsink\b/.test(message) ? memberOf(root, 'sink') : undefined);
  if (node === undefined) return memberOf(root, 'name')?.span;
  const option = /: (?:option )?"?(\w+)"? (?:is|must)/.exec(error.message)?.[1];
  return placeOfOption(node, error) ?? (option === undefined ? undefined : entryOf(node, option)?.keySpan) ?? head(node);
}

function named(stages: Node | undefined, name: string): Node | undefined {
  for (const stage of itemsOf(stages)) {
    if (['io', 'cpu'].some((tag) => textOf(memberOf(stage, tag)) === name)) return stage;
    for (const branch of [stage, ...itemsOf(memberOf(stage, 'route'))]) {
      const found = named(memberOf(branch, 'stages'), name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
