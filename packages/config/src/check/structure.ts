import { entryOf, itemsOf, memberOf, type Node, type Span, textOf } from '../document/node.js';
import { nameOf } from '../shapes/stages.js';
import type { Findings } from './findings.js';

/** What shapes cannot see: how the parts of a file stand to each other. */
export function checkStructure(root: Node, findings: Findings): void {
  checkSources(root, findings);
  const stages = memberOf(root, 'stages');
  checkNames(stages, findings, new Map());
  checkEnds(stages, entryOf(root, 'sink')?.keySpan, findings);
  checkTests(root, findings);
}

function checkSources(root: Node, findings: Findings): void {
  const one = entryOf(root, 'source');
  const several = entryOf(root, 'sources');
  if (one === undefined && several === undefined) {
    findings.add('missing-option', root.span, 'a pipeline file needs "source"', {
      hint: 'for example: source: { csv: { path: in.csv } }',
    });
  }
  if (one !== undefined && several !== undefined) {
    findings.add('misplaced-option', several.keySpan, 'a pipeline has "source" or "sources", not both', {
      hint: 'put the one among "sources"',
    });
  }
  if (several?.value.kind === 'map' && several.value.entries.length === 0) {
    findings.add('wrong-value', several.value.span, '"sources" must name one source at least');
  }
}

/** Names of stages are unique in the file, those in branches included; names of branches where they stand. */
function checkNames(stages: Node | undefined, findings: Findings, seen: Map<string, Span>): void {
  const branches = new Map<string, Span>();
  for (const stage of itemsOf(stages)) {
    const tag = ['io', 'cpu'].find((key) => entryOf(stage, key) !== undefined);
    unique(tag === undefined ? undefined : memberOf(stage, tag), 'stages', seen, findings);
    unique(memberOf(stage, 'tee'), 'branches', branches, findings);
    checkNames(memberOf(stage, 'stages'), findings, seen);
    for (const each of itemsOf(memberOf(stage, 'route'))) {
      unique(memberOf(each, 'case') ?? memberOf(each, 'otherwise'), 'branches', branches, findings);
      checkNames(memberOf(each, 'stages'), findings, seen);
    }
  }
}

function unique(node: Node | undefined, what: string, seen: Map<string, Span>, findings: Findings): void {
  const name = textOf(node);
  if (node === undefined || name === undefined) return;
  const first = seen.get(name);
  if (first === undefined) seen.set(name, node.span);
  else {
    const { line } = findings.placeOf(first.start);
    findings.add('duplicate-name', node.span, `two ${what} are named "${name}", the other in line ${line}`, {
      hint: 'rename one of them',
    });
  }
}

/** Behind a route all of whose cases have ended nothing comes; and a case for the rest is the last one. */
function checkEnds(stages: Node | undefined, sink: Span | undefined, findings: Findings): void {
  const items = itemsOf(stages);
  items.forEach((stage, index) => {
    const cases = itemsOf(memberOf(stage, 'route'));
    for (const each of cases) checkEnds(memberOf(each, 'stages'), entryOf(each, 'sink')?.keySpan, findings);
    if (entryOf(stage, 'tee') !== undefined) checkEnds(memberOf(stage, 'stages'), entryOf(stage, 'sink')?.keySpan, findings);
    cases.forEach((each, at) => {
      const last = entryOf(each, 'otherwise');
      if (last === undefined || at === cases.length - 1) return;
      findings.add('misplaced-option', last.keySpan, '"otherwise" takes all that is left, so no case behind it gets any', {
        hint: 'put it last',
      });
    });
    if (cases.length === 0 || !cases.every(ends)) return;
    const next = items[index + 1]?.span ?? sink;
    if (next === undefined) return;
    findings.add('unreachable', next, 'nothing comes here: all cases of the route before have ended in sinks', {
      hint: 'leave "sink" out of a case whose items are to go on',
    });
  });
}

function ends(branch: Node): boolean {
  if (entryOf(branch, 'sink') !== undefined) return true;
  const cases = itemsOf(memberOf(itemsOf(memberOf(branch, 'stages')).at(-1), 'route'));
  return cases.length > 0 && cases.every(ends);
}

function checkTests(root: Node, findings: Findings): void {
  const names = stageNames(memberOf(root, 'stages'));
  const seen = new Map<string, Span>();
  for (const test of itemsOf(memberOf(root, 'tests'))) {
    unique(memberOf(test, 'name'), 'tests', seen, findings);
    checkItems(memberOf(test, 'in'), root, findings);
    const mocks = memberOf(test, 'mocks');
    for (const { key, keySpan } of mocks?.kind === 'map' ? mocks.entries : []) {
      if (names.includes(key)) continue;
      findings.add('unknown-stage', keySpan, `there is no stage "${key}" for this mock`, {
        hint: `the stages are ${names.join(', ') || 'none'}`,
      });
    }
  }
}

/** Items of a test are for the source, or by the names of several. */
function checkItems(items: Node | undefined, root: Node, findings: Findings): void {
  const sources = sourceNames(root);
  if (items === undefined || sources === undefined) return;
  if (items.kind === 'list' && sources.length > 1) {
    findings.add('wrong-value', items.span, '"in" must say for which source its items are, as there are several', {
      hint: `for example: in: { ${sources.map((name) => `${name}: []`).join(', ')} }`,
    });
  }
  for (const { key, keySpan } of items.kind === 'map' ? items.entries : []) {
    if (sources.includes(key)) continue;
    findings.add('unknown-source', keySpan, `there is no source "${key}" for these items`, {
      hint: `the sources are ${sources.join(', ')}`,
    });
  }
}

/** Undefined for one that code makes, whose name the file does not say. */
export function sourceNames(root: Node): readonly string[] | undefined {
  const several = memberOf(root, 'sources');
  if (several?.kind === 'map') return several.entries.map(({ key }) => key);
  const one = memberOf(root, 'source');
  if (one?.kind !== 'map' || entryOf(one, 'use') !== undefined) return undefined;
  return one.entries.map(({ key }) => key);
}

function stageNames(stages: Node | undefined): readonly string[] {
  return itemsOf(stages).flatMap((stage) => {
    const own = entryOf(stage, 'io') ?? entryOf(stage, 'cpu');
    const name = own === undefined ? undefined : nameOf(stage);
    const inside = [stage, ...itemsOf(memberOf(stage, 'route'))].flatMap((each) => stageNames(memberOf(each, 'stages')));
    return name === undefined ? inside : [name, ...inside];
  });
}
