import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The pages of a clone, by their paths. */
export function pagesOf(root: string): string[] {
  const readmes = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`);
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name}`)
    .filter((path) => path.endsWith('.md') && !path.startsWith('docs/site/'));
  return ['README.md', 'CONTRIBUTING.md', ...readmes.sort(), ...docs.sort()].filter((path) => existsSync(join(root, path)));
}

/** The sources of all packages, private ones among them, that hold their doc comments. */
export function sourcesOf(root: string): string[] {
  return readdirSync(join(root, 'packages')).flatMap((name) => {
    const folder = join(root, 'packages', name, 'src');
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !/\.(test|fixture|contract|soak)\.ts$/.test(path))
      .map((path) => `packages/${name}/src/${path}`);
  });
}
