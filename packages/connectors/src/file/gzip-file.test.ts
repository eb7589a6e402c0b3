import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
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

test('an abort midway ends the packing and aborts the file under it', async () => {
  const { calls, file } = fullDisk();
  await file.append(new Uint8Array([1, 2, 3]));
  await file.abort();
  expect(calls.at(-1)).toBe('abort');
});
