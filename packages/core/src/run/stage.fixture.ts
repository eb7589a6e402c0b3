// A stage's surroundings for tests: a host that writes down what it is told, stages that do as they are told, plans with nothing set.
import type { StagePlan } from '../plan/index.js';
import type { EdgeGauge } from '../queue/index.js';
import { Meter } from './measure/meter.js';
import { type Fate, type LiveStage, noCounts, type Rejection, type StageHost } from './stage.js';

export class RecordingHost implements StageHost {
  readonly woken: LiveStage[] = [];
  readonly failures: { readonly stage: string; readonly position: number; readonly error: unknown }[] = [];
  readonly satisfiedBy: LiveStage[] = [];
  readonly rejections: (Rejection & { readonly stage: string })[] = [];
  /** What becomes of items that have failed for good. */
  fate: Fate = 'failed';
  isOverdue = false;
  readonly wake = (stage: LiveStage): void => {
    this.woken.push(stage);
  };
  readonly overdue = (): boolean => this.isOverdue;
  readonly fail = (stage: LiveStage, position: number, error: unknown): void => {
    this.failures.push({ stage: stage.name, position, error });
  };
  readonly reject = (stage: LiveStage, rejection: Rejection): Fate => {
    const { position, error } = rejection;
    if (this.fate === 'failed') this.failures.push({ stage: stage.name, position, error });
    if (this.fate !== 'full') {
      this.rejections.push({ stage: stage.name, ...rejection });
      stage.counts[this.fate] += 1;
    }
    return this.fate;
  };
  readonly broken = (stage: LiveStage, error: unknown): void => {
    this.failures.push({ stage: stage.name, position: -1, error });
  };
  readonly satisfied = (stage: LiveStage): void => {
    this.satisfiedBy.push(stage);
  };
}

/** A stage that can be set in any way. */
export class PuppetStage implements LiveStage {
  readonly name: string;
  readonly kind: LiveStage['kind'];
  readonly input: EdgeGauge | undefined;
  readonly output: EdgeGauge | undefined;
  readonly counts = noCounts();
  readonly meter = new Meter(0);
  readonly held = 0;
  readonly lowestPosition = (): undefined => undefined;
  readonly lanes: LiveStage['lanes'];
  ended = false;
  load = 0;
  activity: LiveStage['activity'] = 'starved';
  /** Source only: items read. */
  read = 0;
  step: () => boolean;

  constructor(name: string, parts: Partial<Pick<LiveStage, 'kind' | 'input' | 'output' | 'lanes' | 'step'>> = {}) {
    this.name = name;
    this.kind = parts.kind ?? 'io';
    this.input = parts.input;
    this.output = parts.output;
    this.lanes = parts.lanes ?? [];
    this.step = parts.step ?? (() => false);
  }

  readonly stop = (): void => {
    this.ended = true;
  };
}

export function planOf(name: string, parts: Partial<StagePlan> = {}): StagePlan {
  return {
    name,
    kind: 'io',
    executor: 'loop',
    workers: undefined,
    concurrency: undefined,
    concurrencyPerKey: undefined,
    rate: undefined,
    window: undefined,
    timeoutMs: undefined,
    retry: undefined,
    transfer: undefined,
    maxTasksPerWorker: undefined,
    capacity: undefined,
    capacityBytes: undefined,
    batch: undefined,
    batchBytes: undefined,
    batchMs: undefined,
    order: undefined,
    fedAhead: undefined,
    maxHeld: undefined,
    chain: undefined,
    onError: undefined,
    from: [],
    branches: [],
    fusedWith: [],
    reasons: [],
    ...parts,
  };
}

/** Everything that can settle by itself has settled. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
