import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sink, Source } from '@millrace/core';

/** A folder of its own for each test that asks for one. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'millrace-connectors-'));

  file(name: string): string {
    return join(this.path, name);
  }

  /** Names of all that lies in it, hidden files too. */
  names(): string[] {
    return readdirSync(this.path).sort();
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export const live = (): AbortSignal => new AbortController().signal;

/** All items; a failure of the source comes with the items before it. */
export interface Reading<T> {
  readonly items: T[];
  /** Items of each pull. */
  readonly pulls: number[];
  readonly error: unknown;
  /** Where an item comes from, as its pull says. */
  readonly origin: (index: number) => string | undefined;
}

type Pulls<T> = AsyncIterable<{ readonly items: readonly T[]; readonly origin?: (index: number) => string }>;

export async function readPulls<T>(pulls: Pulls<T>): Promise<Reading<T>> {
  const items: T[] = [];
  const lengths: number[] = [];
  const origins: (() => string | undefined)[] = [];
  const origin = (index: number) => origins[index]?.();
  try {
    for await (const pull of pulls) {
      lengths.push(pull.items.length);
      items.push(...pull.items);
      for (const index of pull.items.keys()) origins.push(() => pull.origin?.(index));
    }
  } catch (error) {
    return { items, pulls: lengths, error, origin };
  }
  return { items, pulls: lengths, error: undefined, origin };
}

export const readSource = <T>(source: Source<T>): Promise<Reading<T>> => readPulls(source.open({ signal: live() }));

/** Writes the batches and commits; aborts when a write fails, and throws its error. */
export async function writeSink<T>(sink: Sink<T>, ...batches: (readonly T[])[]): Promise<void> {
  const context = { signal: live() };
  const writer = await sink.open(context);
  try {
    for (const batch of batches) await writer.write(batch, context);
  } catch (error) {
    await writer.abort(error);
    throw error;
  }
  await writer.commit();
}

/** The bytes in chunks whose sizes repeat the given ones. */
export async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('the promise was expected to reject');
}
