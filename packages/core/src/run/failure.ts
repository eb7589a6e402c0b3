import { StageError } from '../errors.js';
import { FusedFailure } from '../lane/index.js';
import type { Lineage } from './lineage.js';

/**
 * The error that a run rejects with, for something thrown in a stage.
 *
 * @param position of the source item to blame, -1 when none is known
 * @param attempt the last one of that item
 */
export function failureOf(stage: string, position: number, cause: unknown, lineage: Lineage, attempt = 1): StageError {
  if (cause instanceof FusedFailure) return failureOf(cause.stage, position, cause.cause, lineage, attempt);
  const known = position >= 0 ? position : undefined;
  const origin = (known === undefined ? undefined : lineage.origin(known)) ?? originOf(cause);
  return new StageError({ stage, position: known, origin, attempt }, cause);
}

/** Errors of connectors tell where in the data they arose. */
function originOf(cause: unknown): string | undefined {
  const origin = (cause as { origin?: unknown } | null | undefined)?.origin;
  return typeof origin === 'string' ? origin : undefined;
}
