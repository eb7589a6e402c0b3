import type { Plan, StagePlan } from '@millrace/core';

/** A plan as a flowchart in the language of Mermaid. */
export function mermaid({ stages }: Plan): string {
  const idOf = new Map(stages.map(({ name }, index) => [name, `s${index}`]));
  return [
    'flowchart LR',
    ...stages.map((stage) => `  ${idOf.get(stage.name)}${shape(stage)}`),
    ...stages.flatMap(({ name, from }) => [...new Set(from)].map((giver) => `  ${idOf.get(giver)} --> ${idOf.get(name)}`)),
  ].join('\n');
}

function shape({ name, kind, workers, concurrency }: StagePlan): string {
  const often = workers !== undefined ? ` × ${workers}` : concurrency !== undefined ? ` × ${concurrency}` : '';
  const text = `"${name.replaceAll('"', '#quot;')}<br/>${kind}${often}"`;
  if (kind === 'source' || kind === 'sink') return `[(${text})]`;
  return kind === 'route' ? `{${text}}` : `[${text}]`;
}
