import { StageError, type StageFailure } from '../../errors.js';
import { isInstance } from '../../is-instance.js';
import { FusedFailure } from '../../lane/index.js';
import type { Lineage } from '../lineage.js';
import { ordinalOf } from '../tag.js';

/**
 * The error that a run rejects with, for something thrown in a stage.
 *
 * @param tag of the source item to blame, -1 when none is known
 * @param attempt the last one of that item
 * @param committed sinks that have committed; undefined when none has
 */
export function failureOf(
  stage: string,
  tag: number,
  cause: unknown,
  lineage: Lineage,
  attempt = 1,
  committed?: readonly string[],
): StageError {
  if (isInstance(cause, FusedFailure)) return failureOf(cause.stage, tag, cause.cause, lineage, attempt, committed);
  return new StageError({ stage, attempt, committed, ...placeOf(tag, cause, lineage) }, cause);
}

/** Where in the source an item comes from. @param tag of the item, -1 when none is known */
export function placeOf(tag: number, cause: unknown, lineage: Lineage): Pick<StageFailure, 'position' | 'origin'> {
  return { position: tag >= 0 ? ordinalOf(tag) : undefined, origin: lineage.origin(tag) ?? originOf(cause) };
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
