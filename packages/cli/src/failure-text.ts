import { MillraceError } from '@millrace/workers';

/** One line for what Millrace has to say; the stack of a user's own error, because that is where the mistake is. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return `thrown value ${String(error)}`;
  const { cause } = error;
  if (error.name === 'CancelledError' && cause instanceof MillraceError) return `${error.message}: ${cause.message}`;
  const foreign = cause instanceof Error && !(cause instanceof MillraceError) && !('syscall' in cause);
  return foreign ? `${error.message}\n${cause.stack ?? ''}` : error.message;
}
