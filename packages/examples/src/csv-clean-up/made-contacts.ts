import { writeFile } from 'node:fs/promises';
import { random } from '../runner/random.js';

/** Writes contacts as people type them, the same each time: every 20th has something that cannot be mended, every 10th is there twice. */
export async function makeContacts(path: string, count: number): Promise<void> {
  const next = random(3);
  const pick = <Value>(...values: readonly Value[]): Value => values[Math.floor(next() * values.length)]!;
  const rows = Array.from({ length: count }, (_, index) => {
    const id = index % 10 === 9 ? index - 1 : index;
    const isBad = index % 20 === 19;
    return [
      pick(`Ada  Nr ${id}`, ` Ada Nr ${id}`, `Ada Nr ${id} `),
      isBad && index % 40 === 19 ? `ada.${id}.example.org` : pick(`ada.${id}@example.org`, ` ADA.${id}@Example.org`),
      pick('DE', 'de', 'Germany', 'deutschland'),
      isBad && index % 40 === 39 ? '30.02.2026' : pick('2026-11-09', '9.11.2026', '09.11.2026'),
      pick('1234.5', '"1,234.50"', '$ 1234.50'),
    ].join(',');
  });
  await writeFile(path, ['name,email,country,joined,spent', ...rows, ''].join('\n'));
}
