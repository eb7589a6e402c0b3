import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ScopeRegistry } from './scope-registry.js';

test('a registry tells of its tarballs, gives their bytes, and knows no other package', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-registry-'));
  const file = join(folder, 'core.tgz');
  writeFileSync(file, 'bytes');
  const manifest = { name: '@millrace/core', version: '1.2.3', dependencies: { rxjs: '^7.8.0' } };
  const registry = await ScopeRegistry.serve([{ manifest, file, filename: 'core.tgz', integrity: 'sha512-x', shasum: 'y' }]);
  try {
    expect(registry.npmrc).toBe(`@millrace:registry=${registry.url}\n`);
    const answer = await fetch(`${registry.url}@millrace%2fcore`);
    const tarball = `${registry.url}-/core.tgz`;
    expect(await answer.json()).toEqual({
      name: '@millrace/core',
      'dist-tags': { latest: '1.2.3' },
      versions: { '1.2.3': { ...manifest, dist: { tarball, integrity: 'sha512-x', shasum: 'y' } } },
    });
    expect(await (await fetch(tarball)).text()).toBe('bytes');
    expect((await fetch(`${registry.url}@millrace%2fother`)).status).toBe(404);
  } finally {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
