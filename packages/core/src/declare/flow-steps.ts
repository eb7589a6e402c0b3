import { PlanError } from '../errors.js';
import type { AnyOperator, FlowDeclaration, SinkDeclaration, StageDeclaration } from './declaration.js';
import type { BatchOptions } from './limits.js';
import type { Step } from './step.js';

type InlineStage = Extract<StageDeclaration, { kind: 'inline' }>;

/** The flow with more steps at its end. Neighbouring untagged operators become one inline stage, also across calls of `pipe`. */
export function withSteps(flow: FlowDeclaration, steps: readonly Step[]): FlowDeclaration {
  const stages = [...flow.stages];
  let inlines = stages.filter(({ kind }) => kind === 'inline').length;
  let batches = stages.filter(({ kind }) => kind === 'batch').length;
  for (const step of steps) {
    const last = stages.at(-1);
    if (step.kind === 'stage') stages.push(step.stage);
    else if (step.kind === 'batch') stages.push(batch(`batch-${++batches}`, step.options));
    else if (last?.kind === 'inline') stages[stages.length - 1] = inline(last.name, [...last.body.operators, step.operator]);
    else stages.push(inline(`inline-${++inlines}`, [step.operator]));
  }
  refuseDuplicates(stages);
  return { ...flow, source: { ...flow.source, name: freeName(flow.source.name, 'source', stages) }, stages };
}

/** The flow with its end. A name of the sink that is taken already becomes `name (sink)`. */
export function withSink(flow: FlowDeclaration, sink: SinkDeclaration): FlowDeclaration & { readonly sink: SinkDeclaration } {
  return { ...flow, sink: { ...sink, name: freeName(sink.name, 'sink', [flow.source, ...flow.stages]) } };
}

function inline(name: string, operators: readonly AnyOperator[]): InlineStage {
  return { kind: 'inline', name, body: { kind: 'operators', operators }, options: {} };
}

function batch(name: string, options: BatchOptions): StageDeclaration {
  return { kind: 'batch', name, body: { kind: 'batch' }, options };
}

// Stages are named by the user, sources and sinks by their connectors: where they meet, the connector gives way.
function freeName(name: string, role: 'source' | 'sink', others: readonly { readonly name: string }[]): string {
  return others.some((other) => other.name === name) ? freeName(`${name} (${role})`, role, others) : name;
}

function refuseDuplicates(stages: readonly StageDeclaration[]): void {
  const seen = new Map<string, number>();
  for (const [index, stage] of stages.entries()) {
    const first = seen.get(stage.name);
    if (first !== undefined) {
      throw new PlanError(
        `two stages are named "${stage.name}": ${described(stages, first)} and ${described(stages, index)}; rename one of them`,
      );
    }
    seen.set(stage.name, index);
  }
}

function described(stages: readonly StageDeclaration[], index: number): string {
  const kind = stages[index]?.kind;
  const what = kind === 'inline' ? 'untagged operators' : `${kind} stage`;
  return `the ${what} at step ${index + 1}${kind === 'inline' || kind === 'batch' ? ' (so named by Millrace)' : ''}`;
}
