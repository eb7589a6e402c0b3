import type { FlowDeclaration } from '../declare/declaration.js';

/** Whether one end of a pipeline could be opened now. */
export interface EndCheck {
  /** As plans and reports name it. */
  readonly name: string;
  /** What it is to the pipeline. */
  readonly end: 'source' | 'sink' | 'deadLetters';
  /** `ok`: it could be opened now. `unknown`: its connector has no check, or it is an iterable or a function, which only a run can try. */
  readonly outcome: 'ok' | 'failed' | 'unknown';
  /** Of a check that failed: what it rejected with. */
  readonly error?: unknown;
}

interface End {
  readonly name: string;
  readonly end: EndCheck['end'];
  readonly check: ((context: { readonly signal: AbortSignal }) => Promise<void>) | undefined;
}

/** Asks the connectors of a flow whether they could be opened, all at once. Never rejects for what they find. */
export function checkEnds(flow: FlowDeclaration, signal: AbortSignal): Promise<EndCheck[]> {
  return Promise.all(endsOf(flow).map((end) => outcomeOf(end, signal)));
}

function endsOf({ sources, sinks, deadLetters }: FlowDeclaration): End[] {
  return [
    ...sources.map((source): End => {
      const connector = source.kind === 'connector' ? source.source : undefined;
      return { name: source.name, end: 'source', check: connector?.check && ((context) => connector.check!(context)) };
    }),
    ...sinks.map(({ name, sink }): End => ({ name, end: 'sink', check: sink.check && ((context) => sink.check!(context)) })),
    ...(deadLetters === undefined
      ? []
      : [
          {
            name: deadLetters.name,
            end: 'deadLetters' as const,
            check: deadLetters.check && ((context: { readonly signal: AbortSignal }) => deadLetters.check!(context)),
          },
        ]),
  ];
}

async function outcomeOf({ name, end, check }: End, signal: AbortSignal): Promise<EndCheck> {
  if (check === undefined) return { name, end, outcome: 'unknown' };
  try {
    await check({ signal });
    return { name, end, outcome: 'ok' };
  } catch (error) {
    return { name, end, outcome: 'failed', error };
  }
}
