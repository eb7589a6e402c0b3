import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from '@jest/globals';
import type { PoolOptions, TaskPool } from '@millrace/workers';

export interface PoolKind {
  readonly name: string;
  readonly make: (options?: PoolOptions) => TaskPool;
  /** Lanes are workers: values are copied, and what ends a lane does not end the program. */
  readonly isolated: boolean;
}

export const range = (to: number): number[] => Array.from({ length: to }, (_, i) => i);
export const failing = (at: number, to: number) => range(to).map((item) => ({ at, item }));
export const opened = (): string => fileURLToPath(import.meta.url);

/** Gates are files, which open when they are there: processes share no memory. */
let folder: string | undefined;
let gates = 0;
export const closed = (): string => {
  gates += 1;
  folder ??= mkdtempSync(join(tmpdir(), 'gates-'));
  return join(folder, `${gates}`);
};

export function openGate(gate: string): void {
  writeFileSync(gate, '');
}

export async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const result of results) list.push(result);
  return list;
}

/** What a promise rejects with. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => expect(value).toBe('a rejection'),
    (error: unknown) => error,
  );

/** An endless input that notes how far it was read and whether it was told to return. */
export class Watched implements IterableIterator<number> {
  read = 0;
  returned = 0;
  readonly next = (): IteratorResult<number> => ({ done: false, value: this.read++ });
  readonly return = (): IteratorResult<number> => {
    this.returned += 1;
    return { done: true, value: undefined };
  };
  [Symbol.iterator](): this {
    return this;
  }
}

/** Two lanes, for one test. */
type UsePool = <T>(body: (pool: TaskPool) => T | PromiseLike<T>, options?: PoolOptions) => Promise<T>;

export function using(make: PoolKind['make']): UsePool {
  return (body, options = {}) => make({ workers: 2, graceMs: 50, ...options }).use(body);
}

/** Once for each file of tests. */
export function removeGates(): void {
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });
}
