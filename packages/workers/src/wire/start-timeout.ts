import { TimeoutError } from '../errors.js';
import type { WorkerOptions } from './worker-port.js';

/** Why a worker is ended that does not become ready. */
export function startTimeout({ lane, name, startTimeoutMs, resolver }: WorkerOptions): TimeoutError {
  return new TimeoutError(
    `${name === undefined ? `lane ${lane}` : `the worker "${name}"`} was not ready after ${startTimeoutMs} ms; does ${resolver.module} wait for something at its top level? Else raise startTimeoutMs`,
  );
}
