import { StageError, type StageFailure } from '../errors.js';
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
  return new StageError({ stage, attempt, ...placeOf(position, cause, lineage) }, cause);
}

/** Where in the source an item comes from. @param position -1 when none is known */
export function placeOf(position: number, cause: unknown, lineage: Lineage): Pick<StageFailure, 'position' | 'origin'> {
  const known = position >= 0 ? position : undefined;
  return { position: known, origin: (known === undefined ? undefined : lineage.origin(known)) ?? originOf(cause) };
}

/** Errors of connectors tell where in the data they arose. */
function originOf(cause: unknown): string | undefined {
  try {
    const { origin } = Object(cause) as { origin?: unknown };
    return typeof origin === 'string' ? origin : undefined;
  } catch {
    // The error is the user's, and so are its getters.
    return undefined;
  }
}
