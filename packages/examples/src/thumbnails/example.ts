import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { example as declare } from '../runner/example.js';
import { seeThrough } from '../runner/see-through.js';
import { makeImages } from './made-images.js';
import { thumbnails } from './pipeline.js';

export const example = declare(
  {
    folder: { doc: 'where it makes images and writes', default: 'out/thumbnails', short: 'out/thumbnails' },
    images: { doc: 'folder of images of your own', default: '', short: '' },
    count: { doc: 'images to make', default: 100, short: 5 },
    width: { doc: 'their longest side, in pixels', default: 2_400, short: 60 },
    size: { doc: 'longest side of a thumbnail, in pixels', default: 200, short: 30 },
  },
  async ({ folder, images, count, width, size }, print) => {
    if (images === '') {
      images = join(folder, 'images');
      await makeImages(images, { images: count, width });
    }
    const out = join(folder, 'thumbnails');
    await mkdir(out, { recursive: true });
    const report = await seeThrough(thumbnails.start({ images, out, size }), print);
    if (report !== undefined) print(`written: ${out}, with a list in index.ndjson`);
  },
);
