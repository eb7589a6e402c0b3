import { MillraceError } from '@millrace/workers';

/** What each exit code of `millrace` says; the docs are made from this table. */
export const exitCodes = {
  ok: { code: 0, doc: 'all was delivered; the command did what it was asked' },
  failed: { code: 1, doc: 'the run failed' },
  rejects: { code: 2, doc: 'finished, with items skipped or dead-lettered within the policy' },
  testsFailed: { code: 3, doc: 'a test failed' },
  usage: { code: 64, doc: 'the command line is wrong' },
  unavailable: { code: 69, doc: 'something that is depended on cannot be reached: a server refuses, a driver is not installed' },
  inputOutput: { code: 74, doc: 'a file cannot be read or written' },
  config: { code: 78, doc: 'the pipeline file, or the module, is invalid' },
  interrupted: { code: 130, doc: 'ended by SIGINT: drained, or cancelled by a second signal' },
  brokenPipe: { code: 141, doc: 'the reader of stdout went away (`| head`)' },
  terminated: { code: 143, doc: 'ended by SIGTERM: drained, or cancelled by a second signal' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly doc: string }>>;

export type Exit = keyof typeof exitCodes;

/** The command line asks for what there is not. */
export class UsageError extends MillraceError {
  readonly code = 'ERR_USAGE';
}

const codesOf: Readonly<Record<string, Exit>> = {
  ERR_USAGE: 'usage',
  ERR_LETTER: 'usage',
  ERR_REPLAY: 'usage',
  ERR_CONFIG: 'config',
  ERR_PLAN: 'config',
  ERR_OPTION: 'config',
  ERR_IMPORT: 'config',
  ERR_FILE: 'inputOutput',
  ERR_MISSING_PACKAGE: 'unavailable',
  ECONNREFUSED: 'unavailable',
  ECONNRESET: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  ENETUNREACH: 'unavailable',
  ENOTFOUND: 'unavailable',
  EAI_AGAIN: 'unavailable',
  ETIMEDOUT: 'unavailable',
  UND_ERR_CONNECT_TIMEOUT: 'unavailable',
  ERR_BROKEN_PIPE: 'brokenPipe',
};

/**
 * What an error makes of the exit code, by its code, that of its causes, and those of the errors that it gathers. Codes of the file system
 * alone say nothing: a task that misses a file of its own has failed.
 */
export function exitOf(error: unknown): Exit {
  return known(error, 8) ?? 'failed';
}

function known(error: unknown, depth: number): Exit | undefined {
  if (typeof error !== 'object' || error === null || depth === 0) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && Object.hasOwn(codesOf, code)) return codesOf[code];
  // Connectors of servers say so themselves where a code of the system would be lost.
  if (Reflect.get(error, 'unreachable') === true) return 'unavailable';
  const gathered: unknown = Reflect.get(error, 'errors');
  for (const inner of [Reflect.get(error, 'cause'), ...(Array.isArray(gathered) ? gathered : [])]) {
    const exit = known(inner, depth - 1);
    if (exit !== undefined) return exit;
  }
  return undefined;
}
