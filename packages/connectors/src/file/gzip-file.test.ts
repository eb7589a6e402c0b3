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

test('a failed append fails the commit too, which aborts the file under it', async () => {
  const { calls, file } = fullDisk();
  const noise = Uint8Array.from({ length: 400_000 }, (_, index) => (index * 2654435761) >>> 13);
  expect(String(await rejection(file.append(noise)))).toContain('disk full');
  expect(String(await rejection(file.append(noise)))).toContain('disk full');
  expect(String(await rejection(file.commit()))).toContain('disk full');
  expect(calls).not.toContain('commit');
  expect(calls.at(-1)).toBe('abort');
});

test('an abort midway ends the packing and aborts the file under it', async () => {
  const { calls, file } = fullDisk();
  await file.append(new Uint8Array([1, 2, 3]));
  await file.abort();
  expect(calls.at(-1)).toBe('abort');
});
