import { MillraceError } from '@millrace/workers';
import type { Exit } from './exit-codes.js';

/** One line for what Millrace has to say; the stack of a user's own error, because that is where the mistake is. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return `thrown value ${String(error)}`;
  const { cause } = error;
  if (error.name === 'CancelledError' && cause instanceof MillraceError) return `${error.message}: ${cause.message}`;
  const foreign = cause instanceof Error && !(cause instanceof MillraceError) && !('syscall' in cause);
  return foreign ? `${error.message}\n${cause.stack ?? ''}` : error.message;
}

/** What is told of an error that ends a command: the message is enough where the exit code says what kind it is. */
export function endText(error: unknown, exit: Exit): string {
  if (exit === 'failed') return failureText(error);
  return error instanceof Error ? error.message : String(error);
}
