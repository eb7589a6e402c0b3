import { MillraceError } from '@millrace/workers';
import type { OutputGuard } from './output-guard.js';
import type { UncaughtErrors } from './uncaught.js';

/** The two streams of this process as commands use them: data goes to the one, all that is told to people to the other. */
export interface Streams {
  /** Writes data; resolves when it is written. @throws BrokenPipe when nobody reads any more, OutputError when it cannot be written */
  readonly data: (text: string) => Promise<void>;
  /** Resolves when all is written that was given to stdout by whomever. @throws as `data` does */
  readonly flushed: () => Promise<void>;
  /** Writes a line to stderr, without the secrets. */
  readonly tell: (line: string) => void;
  /** Writes a text to stderr as it is, without a line break of its own: what the program has counted, or what was redacted in its parts. */
  readonly show: (text: string) => void;
  /** Takes these texts out of whatever is told from now on. */
  readonly conceal: (secrets: readonly string[]) => void;
  /** Tells of a file by another name from now on: one that stands for a stream, say. */
  readonly rename: (path: string, name: string) => void;
  /** The text as it may be told: without secrets, and with files by the names that people gave them. */
  readonly redacted: (text: string) => string;
  /** Whether a number is a secret. */
  readonly isSecret: (number: number | bigint) => boolean;
  /** Aborts when nothing can be written to stdout any more, with what `data` throws. */
  readonly closed: AbortSignal;
  /** What the code of pipelines prints; until a command names another listener it is told on stderr, as of the main thread. */
  readonly printed: OutputGuard;
  /** What becomes of errors in the code of pipelines that nobody caught. */
  readonly uncaught: UncaughtErrors;
}

/** Nobody reads stdout any more: there is nothing left to do, and nothing to complain of. */
export class BrokenPipe extends MillraceError {
  readonly code = 'ERR_BROKEN_PIPE';

  constructor() {
    super('nobody reads stdout any more');
  }
}

/** stdout takes nothing more, though somebody reads it: the disk is full, say. */
export class OutputError extends MillraceError {
  readonly code = 'ERR_FILE';

  constructor(cause: Error) {
    super(`cannot write <stdout>: ${cause.message}`, { cause });
  }
}
