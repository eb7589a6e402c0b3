import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { heapUsed } from '../heap.fixture.js';
import { rejection } from './folder.fixture.js';
import { GzipFile } from './gzip-file.js';

function fullDisk() {
  const calls: string[] = [];
  const file = {
    append: async () => {
      calls.push('append');
      throw new Error('disk full');
    },
    commit: async () => {
      calls.push('commit');
    },
    abort: async () => {
      calls.push('abort');
    },
  };
  return { calls, file: new GzipFile(file) };
}

test('a failure below reaches the caller at the commit at the latest, which aborts the file under it', async () => {
  const { calls, file } = fullDisk();
  await file.append(randomBytes(1000));
  expect(String(await rejection(file.commit()))).toContain('disk full');
  expect(calls).toEqual(['append', 'abort']);
});

test('after a failure below every append fails as it did', async () => {
  const { file } = fullDisk();
  const many = async () => {
    for (let turn = 0; turn < 50; turn++) await file.append(randomBytes(100_000));
  };
  expect(String(await rejection(many()))).toContain('disk full');
  expect(String(await rejection(file.append(randomBytes(1))))).toContain('disk full');
  await file.abort();
});

test('what was packed of a write that was given up cannot be taken back, so no write may follow it', async () => {
  const { file } = fullDisk();
  const controller = new AbortController();
  const late = rejection(file.append(randomBytes(100), controller.signal));
  controller.abort('given up');
  expect(await late).toBe('given up');
  expect(String(await rejection(file.append(randomBytes(100))))).toContain('a write that was given up');
  expect(String(await rejection(file.commit()))).toContain('a write that was given up');
});

test('nothing is left of an append that was taken', async () => {
  const file = new GzipFile({ append: async () => {}, commit: async () => {}, abort: async () => {} });
  const appendMany = async (count: number) => {
    for (let turn = 0; turn < count; turn++) await file.append(new Uint8Array([1]));
    return heapUsed();
  };
  const before = await appendMany(2_000);
  const after = await appendMany(20_000);
  // A closure of each would be 300 bytes and more.
  expect((after - before) / 20_000).toBeLessThan(100);
  await file.abort();
}, 20_000);

test('an abort midway ends the packing and aborts the file under it', async () => {
  const { calls, file } = fullDisk();
  await file.append(new Uint8Array([1, 2, 3]));
  await file.abort();
  expect(calls.at(-1)).toBe('abort');
});
