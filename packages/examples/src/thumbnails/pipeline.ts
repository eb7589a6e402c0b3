import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { ndjson } from '@millrace/connectors';
import { cpu, flow, pipeline } from '@millrace/core';
import sharp from 'sharp';

export interface ThumbnailsParams {
  /** Folder of images: JPEG, PNG, WebP and what else sharp reads. */
  readonly images: string;
  /** Folder for the thumbnails, and for their list `index.ndjson`. */
  readonly out: string;
  /** Longest side, in pixels. */
  readonly size: number;
}

/** What the list says of an image. */
export interface Thumbnail {
  readonly image: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

// The lanes are threads already: more of them inside each image would only get into each other's way.
sharp.concurrency(1);

export const thumbnails = pipeline(import.meta, 'thumbnails', ({ images, out, size }: ThumbnailsParams) =>
  // Names travel to the lanes, not images: each lane reads and writes for itself.
  flow(async () => (await readdir(images)).sort(), { deadLetters: ndjson.write(join(out, 'rejects.ndjson')) })
    .pipe(
      cpu(
        'thumbnail',
        async (image): Promise<Thumbnail> => {
          const file = `${parse(image).name}.webp`;
          const resized = sharp(join(images, image)).rotate().resize(size, size, { fit: 'inside', withoutEnlargement: true });
          const { width, height, size: bytes } = await resized.webp().toFile(join(out, file));
          return { image, file, width, height, bytes };
        },
        { onError: 'deadLetter', timeoutMs: 60_000 },
      ),
    )
    .to(ndjson.write(join(out, 'index.ndjson'))),
);
