import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { random } from '../runner/random.js';

const linesAtOnce = 50_000;

/** Writes made-up measurements of 400 stations, the same each time: `Station 017;-3.4`. */
export async function makeMeasurements(file: string, count: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const next = random(11);
  const stream = createWriteStream(file);
  for (let made = 0; made < count; made += linesAtOnce) {
    const text = Array.from({ length: Math.min(linesAtOnce, count - made) }, () => measurement(next)).join('');
    if (!stream.write(text)) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}

function measurement(next: () => number): string {
  const station = Math.floor(next() * 400);
  const tenths = (station % 50) * 5 - 50 + Math.floor(next() * 200);
  return `Station ${String(station).padStart(3, '0')};${(tenths / 10).toFixed(1)}\n`;
}
