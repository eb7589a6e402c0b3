import type { Ending as RunEnding } from '@millrace/core/internal/stop-signals';

/** How a run came to its end. */
export interface Ending extends RunEnding {
  /** What went wrong beside a run that ended well: an error that nobody caught, too late to cancel it. */
  readonly beside?: { readonly error: unknown } | undefined;
}
