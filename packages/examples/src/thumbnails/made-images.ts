import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Makes a folder of JPEG files with gradients, every other one upright; the last file is none, whatever it is called. */
export async function makeImages(folder: string, { images, width }: { images: number; width: number }): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (let image = 0; image < images; image += 1) {
    const name = join(folder, `image-${String(image).padStart(4, '0')}.jpg`);
    const [w, h] = image % 2 === 0 ? [width, Math.ceil((width * 2) / 3)] : [Math.ceil((width * 2) / 3), width];
    await (image === images - 1
      ? writeFile(name, 'no image')
      : sharp(gradient(w, h, image), { raw: { width: w, height: h, channels: 3 } })
          .jpeg()
          .toFile(name));
  }
}

function gradient(width: number, height: number, image: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      pixels[at++] = (255 * x) / width;
      pixels[at++] = (255 * y) / height;
      pixels[at++] = (image * 37) % 256;
    }
  }
  return pixels;
}
