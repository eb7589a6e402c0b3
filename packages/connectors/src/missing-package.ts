import { MissingPackageError } from './errors.js';

/**
 * For what the import of optional packages threw: what Node.js says for one that is not there as a MissingPackageError, anything else, of a
 * package that is there and broken, as it is.
 */
export function missingPackage(connector: string, packages: readonly string[], error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return isMissing ? new MissingPackageError(connector, packages, { cause: error }) : error;
}
