// Removes from every dist what no source stands for any more: `tsc -b` leaves the output of a deleted or renamed file behind,
// and a stale test would go on being run.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));

for (const name of readdirSync(packages)) {
  const dist = join(packages, name, 'dist');
  if (!existsSync(dist)) continue;
  for (const entry of readdirSync(dist, { recursive: true })) {
    const file = join(dist, entry);
    if (!existsSync(file) || statSync(file).isDirectory() || /^(vendor|compact|main)([\\/]|$)/.test(entry)) continue;
    const stem = entry.replace(/(\.d)?\.(js|ts)(\.map)?$/, '');
    if (stem === entry) continue;
    if (!existsSync(join(packages, name, 'src', `${stem}.ts`))) rmSync(file);
  }
}
