import type { SinkContext, Writer } from '../../declare/sink.js';
import type { StagePlan } from '../../plan/index.js';
import { Edge } from '../../queue/index.js';
import { ManualTimers } from '../../timers.fixture.js';
import type { RetryPolicy } from '../attempts/retry.js';
import { Meter } from '../measure/meter.js';
import { planOf, quiet, RecordingHost } from '../stage.fixture.js';
import { SinkStage } from './sink-stage.js';

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A writer whose calls wait until the test lets them go. */
export class HeldWriter implements Writer<unknown> {
  readonly calls: string[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #pending: Pending[] = [];

  #call(text: string): Promise<void> {
    this.calls.push(text);
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
    });
  }

  readonly write = (items: readonly unknown[], { signal }: SinkContext): Promise<void> => {
    this.signals.push(signal);
    return this.#call(`write ${items.join(',')}`);
  };
  readonly commit = (): Promise<void> => this.#call('commit');
  readonly abort = (): Promise<void> => this.#call('abort');

  /** @param which of the pending calls, the first one first */
  async succeed(which = 0): Promise<void> {
    this.#pending.splice(which, 1)[0]?.resolve();
    await quiet();
  }

  async fail(error: unknown, which = 0): Promise<void> {
    this.#pending.splice(which, 1)[0]?.reject(error);
    await quiet();
  }
}

/** A stage that writes by the writer, of batches of two, and what feeds it and hears of it. */
export function bench(writer: Writer<unknown>, parts: Partial<StagePlan> = {}, retry?: RetryPolicy) {
  const edge = new Edge(100);
  const host = new RecordingHost();
  const timers = new ManualTimers();
  const context = { signal: new AbortController().signal, sources: ['in'] };
  const plan = planOf('out', { kind: 'sink', batch: 2, ...parts });
  const stage = new SinkStage(plan, edge, writer, context, host, new Meter(0), { retry, graceMs: 100, timers });
  const push = (...positions: number[]): void => {
    for (const position of positions) edge.push(position, position);
  };
  /** Steps the stage as often as it was woken. */
  const settle = (): void => {
    do {
      host.woken.length = 0;
      stage.step();
    } while (host.woken.length > 0 && !stage.ended);
    // As a run does that has no other sink.
    if (stage.written) stage.commit();
  };
  return { edge, host, stage, push, timers, settle };
}
