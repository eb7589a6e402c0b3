import { writeFile } from 'node:fs/promises';

/** Writes the stock of a day, the same for the same day: a tenth of the SKUs of the day before is gone from the list, a tenth is new. */
export async function makeStock(path: string, { rows, day }: { rows: number; day: number }): Promise<void> {
  const first = Math.floor((rows * (day - 1)) / 10);
  const lines = Array.from({ length: rows }, (_, index) => {
    const sku = first + index;
    return `sku-${sku},${sku % 2 === 0 ? 'Bremen' : 'Osaka'},${(sku * day) % 100},2026-11-${String(day).padStart(2, '0')}T06:00:00Z`;
  });
  await writeFile(path, ['sku,warehouse,pieces,counted_at', ...lines, ''].join('\n'));
}
