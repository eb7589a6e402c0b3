import { StageError } from '../errors.js';
import { FusedFailure } from '../lane/index.js';
import type { Lineage } from './lineage.js';
import { ordinalOf } from './tag.js';

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
  if (cause instanceof FusedFailure) return failureOf(cause.stage, tag, cause.cause, lineage, attempt);
  const position = tag >= 0 ? ordinalOf(tag) : undefined;
  return new StageError({ stage, position, origin: lineage.origin(tag) ?? originOf(cause), attempt, committed }, cause);
}

/** Errors of connectors tell where in the data they arose. */
function originOf(cause: unknown): string | undefined {
  const origin = (cause as { origin?: unknown } | null | undefined)?.origin;
  return typeof origin === 'string' ? origin : undefined;
}
