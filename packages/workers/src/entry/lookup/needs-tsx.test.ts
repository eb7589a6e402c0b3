import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nativeTypeScript, needsTsx } from './needs-tsx.js';

const onNativeNode = nativeTypeScript() === 'strip' ? test : test.skip;

describe('needsTsx', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-needs-tsx-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  };
  const url = (name: string): string => pathToFileURL(join(folder, name)).href;

  test('a module whose imports are there does not need it', () => {
    write({ 'a.ts': "import { b } from './b.ts'; import './c.js'; export const a: number = b;", 'b.ts': 'export const b = 1;' });
    write({ 'c.js': '' });
    expect(needsTsx(url('a.ts'))).toBe(false);
  });

  test.each([
    ['./other.js', 'other.ts'],
    ['./other.mjs', 'other.mts'],
    ['./view.js', 'view.tsx'],
    ['./view.jsx', 'view.tsx'],
  ])('an import of %s that stands for %s needs it', (path, file) => {
    write({ 'main.ts': `import { x } from '${path}'; console.log(x);`, [file]: 'export const x = 1;' });
    expect(needsTsx(url('main.ts'))).toBe(true);
  });

  test('one that is made when the program comes there needs it, too, and so does an export', () => {
    write({ 'far.ts': 'export const x = 1;', 'late.ts': "export const late = () => import('./far.js');" });
    write({ 'again.ts': "export { x } from './far.js';", 'deep.ts': "import { x } from './again.ts'; console.log(x);" });
    expect(['late.ts', 'again.ts', 'deep.ts'].map((name) => needsTsx(url(name)))).toEqual([true, true, true]);
  });

  test('JSX needs it', () => {
    write({ 'page.tsx': 'export const page = <p/>;', 'server.ts': "import { page } from './page.tsx'; console.log(page);" });
    expect([needsTsx(url('page.tsx')), needsTsx(url('server.ts'))]).toEqual([true, true]);
  });

  onNativeNode('what is not only types needs it, wherever it is imported', () => {
    write({
      'colour.ts': 'export enum Colour { Red }',
      'paint.ts': "import { Colour } from './colour.ts'; console.log(Colour.Red);",
    });
    expect([needsTsx(url('colour.ts')), needsTsx(url('paint.ts'))]).toEqual([true, true]);
  });

  onNativeNode('an import of types alone does not, and nobody is warned of an experiment', () => {
    const warned: unknown[] = [];
    const { emitWarning } = process;
    process.emitWarning = (...args: readonly unknown[]) => void warned.push(args);
    write({
      'types.ts': 'export interface Row { id: number }',
      'typed.ts': "import type { Row } from './types.js'; export const id = (row: Row) => row.id;",
    });
    const needed = needsTsx(url('typed.ts'));
    process.emitWarning = emitWarning;
    expect({ needed, warned }).toEqual({ needed: false, warned: [] });
  });

  test('modules that import each other are read once', () => {
    write({ 'egg.ts': "import './hen.ts'; export {};", 'hen.ts': "import './egg.ts'; export {};" });
    expect(needsTsx(url('egg.ts'))).toBe(false);
  });

  test('what cannot be read needs nothing: the import tells of it', () => {
    write({ 'broken.ts': "import './absent.ts'; import './absent.js';" });
    expect([needsTsx(url('absent.ts')), needsTsx(url('broken.ts'))]).toEqual([false, false]);
  });
});
