import { PlanError } from '../errors.js';
import { valueText } from './value-text.js';

/**
 * Returns the name of a stage, source, sink or pipeline if it is one.
 * @throws PlanError for anything but a string without control characters that neither is empty nor begins or ends with white space.
 */
export function checkedName(owner: string, name: unknown): string {
  if (typeof name === 'string' && name !== '' && name.trim() === name && !/\p{Cc}/u.test(name)) return name;
  throw new PlanError(
    `${owner}: the name must be a non-empty string without control characters or white space at its ends, got ${valueText(name)}`,
  );
}
