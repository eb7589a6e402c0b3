// `npm run test:packages`: packs what is published, and tries it as somebody who has no clone, in folders outside of it. `-- --keep`
// leaves these.
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ScopeRegistry } from './scope-registry.js';
import { environmentOfUser, Shell } from './shell-of-user.js';
import { runTrials } from './smoke.js';
import { pack, publishedFolders } from './tarball.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');

/** A new folder above which nothing can be found that would stand in for a missing dependency. */
function emptyFolder(): string {
  const parent = realpathSync(tmpdir());
  for (let above = parent; ; above = dirname(above)) {
    const found = ['node_modules', 'package.json'].find((name) => existsSync(join(above, name)));
    if (found !== undefined)
      throw new Error(`${join(above, found)} would be found by a project in ${parent}: set TMPDIR to another folder`);
    if (above === dirname(above)) return mkdtempSync(join(parent, 'millrace-packages-'));
  }
}

const folder = emptyFolder();
const keep = process.argv.includes('--keep');
process.once('exit', () => {
  if (keep) console.log(`kept: ${folder}`);
  // What was killed a moment ago may still write.
  else rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const shell = new Shell(join(folder, 'tarballs'), environmentOfUser(root), 180_000);
const tarballs = await pack(await publishedFolders(root), shell);
const registry = await ScopeRegistry.serve(tarballs);
const failed = await runTrials({ root, tarballs, registry, shell }, console.log);
await registry.close();
console.log(failed.length === 0 ? `${tarballs.length} packages work outside of the clone` : `failed: ${failed.join('; ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
