import type { Observable } from 'rxjs';

/** As `isObservable` of RxJS 7 judges, whose Observables all have a `lift`; it loads nothing. */
export function isObservable(value: unknown): value is Observable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { lift, subscribe } = value as { lift?: unknown; subscribe?: unknown };
  return typeof lift === 'function' && typeof subscribe === 'function';
}
