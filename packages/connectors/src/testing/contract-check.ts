import { isDeepStrictEqual } from 'node:util';
import { valueShown } from '../value-shown.js';
import { ContractError } from './contract-error.js';

/** One thing that a connector must do. Give it to any test runner: `for (const { name, run } of checks) test(name, run)`. They must run one after the other. */
export interface ContractCheck {
  /** What must hold, behind the name of the case: `csv.read: return() before the first pull ends it`. */
  readonly name: string;
  /** Rejects with a ContractError, or with the error of the connector, when it does not. */
  readonly run: () => Promise<void>;
}

/** @throws ContractError */
export function mustHold(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new ContractError(problem);
}

/** @throws ContractError */
export function mustEqual(what: string, actual: unknown, expected: unknown): void {
  mustHold(isDeepStrictEqual(actual, expected), `${what}: expected ${valueShown(expected)}, got ${valueShown(actual)}`);
}

/** What the promise rejects with.
 * @throws ContractError when it resolves */
export async function mustReject(what: string, promise: Promise<unknown> | undefined): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    // What the kit itself found, that it is still pending for one, is no rejection of the connector's.
    if (error instanceof ContractError) throw error;
    return error;
  }
  throw new ContractError(`${what}: it must reject, but did not`);
}

/** @throws ContractError when the promise is pending for so long */
export async function within<T>(timeoutMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ContractError(`${what}: still pending after ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
