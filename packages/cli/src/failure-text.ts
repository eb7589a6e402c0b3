import { ImportError, MillraceError } from '@millrace/workers';
import type { Exit } from './exit-codes.js';

/** One line for what Millrace has to say; the stack of a user's own error, because that is where the mistake is. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return `thrown value ${String(error)}`;
  const { cause } = error;
  if (error.name === 'CancelledError' && cause instanceof MillraceError) return `${error.message}: ${cause.message}`;
  // Malformed data has a place of its own. By its code: `millrace --help` loads no connectors, and what failed may be that no file can be opened.
  const own = (error instanceof MillraceError && error.code === 'ERR_MALFORMED_DATA') || cause instanceof MillraceError;
  const foreign = cause instanceof Error && !own && !('syscall' in cause);
  return foreign ? `${error.message}\n${cause.stack ?? ''}` : error.message;
}

/** What is told of an error that ends a command: the message is enough where the exit code says what kind it is. */
export function endText(error: unknown, exit: Exit): string {
  if (exit === 'failed' || threwItself(error)) return failureText(error);
  return error instanceof Error ? error.message : String(error);
}

/** A module that is imported and throws: the stack leads there. Where Node.js cannot load it, there is only its own. */
function threwItself(error: unknown): boolean {
  return error instanceof ImportError && error.cause instanceof Error && /^ +at .*file:/m.test(error.cause.stack ?? '');
}
