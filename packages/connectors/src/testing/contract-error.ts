import { MillraceError } from '@millrace/core';

/** A connector does not do what every connector must. The message says what was expected, and what came. */
export class ContractError extends MillraceError {
  /** Always `ERR_CONTRACT`. */
  readonly code = 'ERR_CONTRACT';
}
