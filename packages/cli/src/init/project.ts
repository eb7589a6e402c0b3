import { basename } from 'node:path';
import { jsonSchema } from '@millrace/config';
import { version } from '../version.js';
import type { Choices } from './choices.js';
import { ordersYaml, readme, samples, tasks } from './templates.js';

/** The files of a new project, by their paths in its folder. @param folder its absolute path, of which the project has its name */
export function projectFiles(folder: string, made: Choices): Readonly<Record<string, string>> {
  return {
    'package.json': json(manifest(nameOf(folder), made)),
    'orders.yaml': ordersYaml(made),
    [`orders.${made.language}`]: tasks(made),
    [`data/orders.${made.from}`]: samples[made.from],
    // A sink makes no folders.
    'out/.gitignore': '*\n!.gitignore\n',
    '.gitignore': 'node_modules\n',
    'millrace.schema.json': json(jsonSchema()),
    'README.md': readme(made),
  };
}

function manifest(name: string, { language }: Choices): object {
  return {
    name,
    private: true,
    type: 'module',
    scripts: {
      start: 'millrace run orders.yaml',
      test: 'millrace check orders.yaml && millrace test orders.yaml',
    },
    dependencies: { '@millrace/cli': `^${version}`, rxjs: '^7.8.2' },
    // Node.js runs TypeScript by itself from 22.18 on; older ones do it through tsx.
    ...(language === 'ts' && { devDependencies: { tsx: '^4.23.15' } }),
  };
}

/** As npm takes it. */
function nameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '');
  return name === '' ? 'pipelines' : name;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
