import type { Run, RunReport } from '@millrace/core';
import { type ChainSpec, endOf, faulty, faultyToSink } from './fault-chain.fixture.js';
import { Trace, tracing } from './fault-trace.fixture.js';
import { turn, turns } from './lane-kit.fixture.js';

/** What is done to a run from outside, after so many items were delivered, or so many turns of the event loop. */
export interface Deed {
  readonly kind: 'cancel' | 'drain' | 'stop';
  readonly after: { readonly delivered: number } | { readonly turns: number };
}

export interface TrialSpec extends ChainSpec {
  readonly consumer: 'sink' | 'iterator';
  readonly deed?: Deed | undefined;
}

/** How a trial ended. */
export interface Ended {
  readonly outcome: RunReport['outcome'] | 'none';
  readonly error?: unknown;
  readonly report?: RunReport | undefined;
  /** What was done from outside before it ended. */
  readonly done: Deed['kind'] | undefined;
  readonly trace: Trace;
  readonly unhandled: readonly unknown[];
}

// Far beyond what any trial takes: only one that hangs comes to it.
const hangMs = 20_000;

const options = ({ lanes }: ChainSpec) => ({ workers: lanes ? 2 : 0, graceMs: lanes ? 1000 : 20, maxRestarts: 1000 });

/** A source that waits for ever ends by the deed alone. */
function deedOf({ deed, consumer, source }: TrialSpec): Deed | undefined {
  if (deed !== undefined || endOf(source) !== 'wait') return deed;
  return { kind: consumer === 'sink' ? 'drain' : 'cancel', after: { turns: Number.POSITIVE_INFINITY } };
}

/** Does the deed when it is due; at the latest when the source has waited for a while, as then little more will come. */
async function watch(deed: Deed, trace: Trace, ended: () => boolean, act: () => void): Promise<void> {
  let waited = 0;
  for (let turned = 0; !ended(); turned += 1) {
    const due = 'turns' in deed.after ? turned >= deed.after.turns : trace.delivered.length >= deed.after.delivered;
    if (trace.waits) waited += 1;
    if (due || waited > 50) return act();
    await turn();
  }
}

export async function endOfTrial(spec: TrialSpec): Promise<Ended> {
  const trace = new Trace();
  tracing.current = trace;
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  let alarm: NodeJS.Timeout | undefined;
  const hangs = new Promise<Pick<Ended, 'outcome' | 'done'>>((resolve) => {
    alarm = setTimeout(() => resolve({ outcome: 'none', done: undefined }), hangMs);
  });
  try {
    const ended = await Promise.race([hangs, spec.consumer === 'sink' ? sunk(spec, trace) : iterated(spec, trace)]);
    await turns(3);
    return { ...ended, trace, unhandled };
  } finally {
    clearTimeout(alarm);
    process.off('unhandledRejection', note);
  }
}

type Settled = Pick<Ended, 'outcome' | 'error' | 'report' | 'done'>;

function failedWith(error: unknown, done: Ended['done']): Settled {
  const { report } = error as { report?: RunReport };
  return { outcome: report?.outcome ?? 'none', error, report, done };
}

async function sunk(spec: TrialSpec, trace: Trace): Promise<Settled> {
  const run: Run = faultyToSink.start(spec, options(spec));
  let [over, done]: [boolean, Ended['done']] = [false, undefined];
  const deed = deedOf(spec);
  const act = (): void => {
    done = deed!.kind;
    if (deed!.kind === 'cancel') run.cancel('enough');
    else void run.drain().catch(() => undefined);
  };
  if (deed !== undefined) void watch(deed, trace, () => over, act);
  try {
    const report = await run.finished;
    over = true;
    return { outcome: report.outcome, report, done };
  } catch (error) {
    over = true;
    return failedWith(error, done);
  } finally {
    // Too late: nothing may come of it.
    run.cancel('too late');
  }
}

async function iterated(spec: TrialSpec, trace: Trace): Promise<Settled> {
  const cancels = new AbortController();
  const items = faulty.iterate(spec, { ...options(spec), signal: cancels.signal });
  let [over, done]: [boolean, Ended['done']] = [false, undefined];
  const deed = deedOf(spec);
  const act = (): void => {
    done = deed!.kind;
    if (deed!.kind === 'cancel') cancels.abort('enough');
    else void items.return?.().catch(() => undefined);
  };
  if (deed !== undefined) void watch(deed, trace, () => over, act);
  try {
    for await (const item of items) {
      trace.delivered.push(item);
      if (deed?.kind === 'stop' && 'delivered' in deed.after && trace.delivered.length >= deed.after.delivered) {
        done = 'stop';
        break;
      }
    }
    over = true;
    return { outcome: 'completed', done };
  } catch (error) {
    over = true;
    return failedWith(error, done);
  }
}
