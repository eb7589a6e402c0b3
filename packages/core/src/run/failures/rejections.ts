import type { DeadLetter } from '../../declare/dead-letter.js';
import { carried } from '../../declare/letter-item.js';
import { isExceeded } from '../../declare/tolerance.js';
import { type StageFailure, TooManyErrorsError } from '../../errors.js';
import type { OnError, Plan } from '../../plan/index.js';
import type { Lineage } from '../lineage.js';
import type { Fate, LiveStage, Rejection, StageHost } from '../stage.js';
import type { DeadLetters } from './dead-letters.js';
import { placeOf } from './failure.js';
import { errorRecord } from './letter-error.js';

/** What becomes of rejected items needs of the run. */
export interface RejectionsHost {
  readonly fail: StageHost['fail'];
  /** The run fails: more has gone wrong than it tolerates. */
  readonly exceeded: (error: TooManyErrorsError) => void;
  /** An item is gone. */
  readonly tell: (failure: StageFailure, how: 'skipped' | 'deadLettered', error: unknown) => void;
  /** Items read so far. */
  readonly read: () => number;
  readonly date: () => Date;
  readonly lineage: Lineage;
  readonly letters: DeadLetters | undefined;
}

/** Decides what becomes of items that have failed for good, as the plan says, and whether the run tolerates so many. */
export class Rejections {
  readonly #plan: Plan;
  readonly #host: RejectionsHost;
  readonly #onError: ReadonlyMap<string, OnError | undefined>;
  /** Items skipped and dead-lettered. */
  #errors = 0;
  #last: { readonly failure: StageFailure; readonly error: unknown } | undefined;

  constructor(plan: Plan, host: RejectionsHost) {
    this.#plan = plan;
    this.#host = host;
    this.#onError = new Map(plan.stages.map(({ name, onError }) => [name, onError]));
  }

  readonly reject = (stage: LiveStage, rejection: Rejection): Fate => {
    const { position, error, attempts } = rejection;
    const onError = this.#onError.get(stage.name) ?? 'fail';
    if (onError === 'fail') {
      stage.counts.failed += 1;
      this.#host.fail(stage, position, error, attempts);
      return 'failed';
    }
    const { letters, lineage } = this.#host;
    if (onError === 'deadLetter' && !letters!.hasRoomFor(stage)) return 'full';
    const failure = { stage: stage.name, attempt: attempts, ...placeOf(position, error, lineage) };
    const fate = onError === 'skip' ? 'skipped' : 'deadLettered';
    if (onError === 'deadLetter') letters!.accept(this.#letter(failure, rejection));
    stage.counts[fate] += 1;
    this.#errors += 1;
    this.#last = { failure, error };
    this.#host.tell(failure, fate, error);
    this.judge(false);
    return fate;
  };

  /**
   * Fails the run when more has gone wrong than it tolerates. To be called again when more was read.
   *
   * @param over no item is on its way any more
   */
  judge(over: boolean): void {
    const { maxErrors } = this.#plan;
    if (maxErrors === undefined || this.#last === undefined) return;
    const tally = { errors: this.#errors, read: this.#host.read() };
    if (!isExceeded(maxErrors, { ...tally, over })) return;
    const { failure, error } = this.#last;
    this.#host.exceeded(new TooManyErrorsError(failure, error, { ...tally, maxErrors }));
  }

  #letter({ stage, position, origin, attempt }: StageFailure, { item, error }: Rejection): DeadLetter {
    const at = this.#host.date().toISOString();
    const { pipeline } = this.#plan;
    return { pipeline, stage, position, origin, attempts: attempt, at, error: errorRecord(error), ...carried(item) };
  }
}
