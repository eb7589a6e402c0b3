import type { Observable } from 'rxjs';
import { PlanError } from '../../errors.js';
import { isObservable } from '../../is-observable.js';
import { ObservableBridge } from '../../queue/index.js';
import { type ObservableOptions, observableDefaults } from '../options/limits.js';
import { checkedObservableOptions } from '../options/option-check.js';
import type { Source } from '../source.js';
import { valueText } from '../value-text.js';

/** Items that one pull brings at most. */
const maxObservedPull = 256;

/**
 * An Observable as a source. It cannot be slowed down, so up to `capacity` items wait until the flow reads them, and `overflow` says what
 * becomes of one more. It is subscribed when the run opens it, and unsubscribed once, however the run ends. What was dropped, and what still
 * waited when the run ended early, is counted in the report.
 *
 * @example
 * ```ts
 * import { flow, fromObservable } from '@millrace/core';
 * import { interval, take } from 'rxjs';
 *
 * const ticks = interval(10).pipe(take(3));
 * const seen = await flow(fromObservable(ticks, { overflow: 'dropOldest', capacity: 100 })).toArray(); // [0, 1, 2]
 * ```
 *
 * @param observable hot or cold; its error fails the run
 * @param options `overflow` must be set; `capacity` is in items, 1024 by default
 * @throws PlanError for what is no Observable, and without a policy. With `overflow: 'fail'` a full queue fails the run: the `cause` of
 * its `StageError` is an `OverflowError`
 */
export function fromObservable<T>(observable: Observable<T>, options: ObservableOptions): Source<T> {
  const given: unknown = observable;
  if (!isObservable(given))
    throw new PlanError(`fromObservable: the first argument must be an Observable, got ${valueText(given)}`);
  const { overflow, capacity = observableDefaults.capacity } = checkedObservableOptions(options);
  const maxPull = Math.min(capacity, maxObservedPull);
  return {
    name: 'observable',
    maxPull,
    capacity,
    open: ({ signal }) => new ObservableBridge(observable, { overflow, capacity, atOnce: maxPull, signal }),
  };
}
