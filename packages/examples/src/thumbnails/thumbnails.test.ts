import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { DeadLetter } from '@millrace/core';
import sharp from 'sharp';
import { useFolder } from '../runner/folder.fixture.js';
import { shortRun } from '../runner/short-run.fixture.js';
import type { Thumbnail } from './pipeline.js';

const folder = useFolder();

test('each image has a thumbnail of its shape that shows the same, in a list by name; a file that is no image is a dead letter', async () => {
  const [summary] = await shortRun('thumbnails', { folder: folder.path() });
  expect(summary).toMatch(/^5 read, 4 delivered, dead letters: 1\. /);

  const list = await folder.rows<Thumbnail>('thumbnails/index.ndjson');
  expect(list.map(({ image, file, width, height }) => [image, file, width, height])).toEqual([
    ['image-0000.jpg', 'image-0000.webp', 30, 20],
    ['image-0001.jpg', 'image-0001.webp', 20, 30],
    ['image-0002.jpg', 'image-0002.webp', 30, 20],
    ['image-0003.jpg', 'image-0003.webp', 20, 30],
  ]);
  for (const [index, { file, width, height, bytes }] of list.entries()) {
    const path = join(folder.path(), 'thumbnails', file);
    expect((await stat(path)).size).toBe(bytes);
    const image = sharp(path);
    expect(await image.metadata()).toMatchObject({ format: 'webp', width, height });
    // The gradient: half of the red and of the green, and the image's own blue.
    const { channels } = await image.stats();
    const [red, green, blue] = channels.map(({ mean }) => mean);
    expect(Math.abs(red! - 127)).toBeLessThan(12);
    expect(Math.abs(green! - 127)).toBeLessThan(12);
    expect(Math.abs(blue! - index * 37)).toBeLessThan(12);
  }

  const letters = await folder.rows<DeadLetter>('thumbnails/rejects.ndjson');
  expect(letters.map(({ item }) => item)).toEqual(['image-0004.jpg']);
});
