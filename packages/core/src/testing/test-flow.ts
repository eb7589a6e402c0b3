import type { DeadLetter } from '../declare/dead-letter.js';
import type { AnyTask, FlowDeclaration, SourceDeclaration, StageDeclaration } from '../declare/declaration.js';
import type { Source } from '../declare/source.js';
import { PlanError } from '../errors.js';
import { FakeSource } from './fake-source.js';
import { RecordingSink } from './recording-sink.js';

/** What is read in the place of a source: items, or another source. */
export type TestItems = readonly unknown[] | Source<unknown>;

/** A flow as it is tested: with other ends, and other tasks. */
export interface TestFlow {
  readonly flow: FlowDeclaration;
  /** By name of the sink. */
  readonly sinks: Readonly<Record<string, RecordingSink<unknown>>>;
  readonly letters: RecordingSink<DeadLetter> | undefined;
}

export interface Replacements {
  readonly items: TestItems | Readonly<Record<string, TestItems>> | undefined;
  readonly mocks: Readonly<Record<string, unknown>>;
}

/** @throws PlanError for a name that stands for nothing in the flow */
export function testFlow(flow: FlowDeclaration, { items, mocks }: Replacements): TestFlow {
  const sinks = Object.fromEntries(flow.sinks.map(({ name }) => [name, new RecordingSink<unknown>({ name })]));
  const letters = flow.deadLetters && new RecordingSink<DeadLetter>({ name: flow.deadLetters.name });
  refuseUnknown('mocks', Object.keys(mocks), flow.stages);
  return {
    flow: {
      ...flow,
      sources: replacedSources(flow.sources, items),
      stages: flow.stages.map((stage) => mocked(stage, mocks[stage.name])),
      sinks: flow.sinks.map((sink) => ({ ...sink, sink: sinks[sink.name]! })),
      deadLetters: letters,
    },
    sinks,
    letters,
  };
}

function replacedSources(sources: readonly SourceDeclaration[], items: Replacements['items']): readonly SourceDeclaration[] {
  if (items === undefined) return sources;
  if (isItems(items)) {
    const [only, ...others] = sources;
    if (others.length === 0) return [replaced(only!, items)];
    throw new PlanError(`testRun: the flow has several sources, so items must say for which: { ${quoted(sources)}: [...] }`);
  }
  refuseUnknown('items', Object.keys(items), sources);
  return sources.map((source) => {
    const given = items[source.name];
    return given === undefined ? source : replaced(source, given);
  });
}

function replaced({ name }: SourceDeclaration, items: TestItems): SourceDeclaration {
  return { kind: 'connector', name, source: Array.isArray(items) ? new FakeSource(items) : (items as Source<unknown>) };
}

function isItems(items: NonNullable<Replacements['items']>): items is TestItems {
  return Array.isArray(items) || ('open' in items && typeof items.open === 'function');
}

function mocked(stage: StageDeclaration, mock: unknown): StageDeclaration {
  if (mock === undefined) return stage;
  if (typeof mock !== 'function') throw new PlanError(`testRun: the mock of stage "${stage.name}" must be a function`);
  if (stage.kind === 'batch' || stage.kind === 'inline' || stage.body.kind !== 'task') {
    throw new PlanError(`testRun: stage "${stage.name}" has no task that a mock could stand for: its body is ${stage.body.kind}`);
  }
  return { ...stage, body: { kind: 'task', task: mock as AnyTask } };
}

function refuseUnknown(what: string, names: readonly string[], known: readonly { readonly name: string }[]): void {
  const unknown = names.find((name) => !known.some((each) => each.name === name));
  if (unknown === undefined) return;
  throw new PlanError(`testRun: ${what} name "${unknown}", and the flow has ${quoted(known) || 'none'}`);
}

function quoted(named: readonly { readonly name: string }[]): string {
  return named.map(({ name }) => `"${name}"`).join(', ');
}
