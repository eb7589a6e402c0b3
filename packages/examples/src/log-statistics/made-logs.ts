import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { random } from '../runner/random.js';

/** Writes a day's access logs of a made-up shop, the same each time; the first file is gzipped. Every 500th line is cut off. @returns their glob */
export async function makeLogs(folder: string, { files, lines }: { files: number; lines: number }): Promise<string> {
  await mkdir(folder, { recursive: true });
  const next = random(7);
  const perFile = Math.ceil(lines / files);
  for (let file = 0; file < files; file += 1) {
    const text = Array.from({ length: Math.min(perFile, lines - file * perFile) }, (_, index) => {
      const line = request(next, Math.floor(((file * perFile + index) / lines) * 86_400));
      return (file * perFile + index) % 500 === 499 ? line.slice(0, 40) : line;
    });
    const body = `${text.join('\n')}\n`;
    const name = join(folder, `access-${String(file).padStart(2, '0')}.log`);
    await (file === 0 ? writeFile(`${name}.gz`, gzipSync(body)) : writeFile(name, body));
  }
  return join(folder, 'access-*');
}

function request(next: () => number, second: number): string {
  const time = new Date(second * 1_000).toISOString().slice(11, 19);
  const status = next() < 0.02 ? 503 : next() < 0.1 ? 404 : 200;
  const page = ['/', '/basket', '/search?q=mill', '/order'][Math.floor(next() * 4)]!;
  const address = `203.0.113.${Math.floor(next() * 256)}`;
  const [bytes, ms] = [Math.floor(next() * 20_000), Math.floor(next() ** 4 * 2_000)];
  return `${address} - - [19/Nov/2026:${time} +0000] "GET ${page} HTTP/1.1" ${status} ${bytes} ${ms}`;
}
