import fs, { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { csv, lines } from '@millrace/connectors';
import { live, readSource, rejection, TestFolder } from './folder.fixture.js';
import { globFiles } from './glob-files.js';

let folder: TestFolder;
beforeEach(() => {
  folder = new TestFolder();
});
afterEach(() => folder.remove());

/** Files whose one line is their name. */
const put = (...names: string[]) => {
  for (const name of names) writeFileSync(folder.file(name), `${name}\n`);
};
const itemsOf = async (...paths: string[]) => {
  const { items, error } = await readSource(lines.read(paths.length === 1 ? paths[0]! : paths));
  if (error !== undefined) throw error;
  return items;
};

describe('paths of sources', () => {
  test('a glob is its files in the order of their names, and origins name each', async () => {
    put('b.txt', 'a.txt', 'c.log', '.hidden.txt');
    writeFileSync(folder.file('B.txt'), gzipSync('packed\n'));
    const { items, origin } = await readSource(lines.read(folder.file('*.txt')));
    expect(items).toEqual(['packed', 'a.txt', 'b.txt']);
    expect([0, 1, 2].map(origin)).toEqual(['B.txt', 'a.txt', 'b.txt'].map((name) => `${folder.file(name)}:1:1`));
  });

  test('a relative glob gives relative names', async () => {
    put('a.txt');
    const pattern = relative(process.cwd(), folder.file('*.txt'));
    const { origin } = await readSource(lines.read(pattern));
    expect(origin(0)).toBe(`${relative(process.cwd(), folder.file('a.txt'))}:1:1`);
  });

  test('folders, braces and a list work, and a file that is named twice is read once', async () => {
    mkdirSync(folder.file('x/y'), { recursive: true });
    put('a1', 'a2', 'b1', 'x/y/a3');
    expect(await itemsOf(folder.file('**/a*'))).toEqual(['a1', 'a2', 'x/y/a3']);
    expect(await itemsOf(folder.file('{b,a}1'))).toEqual(['a1', 'b1']);
    expect(await itemsOf(folder.file('b1'), folder.file('*1'), folder.file('./b1'))).toEqual(['b1', 'a1']);
  });

  test('a path that exists is taken literally, so are the folders before a glob', async () => {
    mkdirSync(folder.file('in[1]'));
    put('a*', 'ab', 'in[1]/a', 'in[1]/[b]', 'in[1]/b');
    expect(await itemsOf(folder.file('a*'))).toEqual(['a*']);
    expect(await itemsOf(folder.file('in[1]/[b]'))).toEqual(['in[1]/[b]']);
    expect(await itemsOf(folder.file('in[1]/?'))).toEqual(['in[1]/a', 'in[1]/b']);
  });

  test('a glob without a match is an error, in the check too, unless that is allowed', async () => {
    const path = folder.file('*.csv');
    const source = csv.read(path);
    for (const error of [
      (await readSource(source)).error,
      await rejection(Promise.resolve(source.check?.({ signal: live() }))),
    ]) {
      expect(error).toMatchObject({ code: 'ERR_FILE', path });
      expect(String(error)).toContain(`no file matches "${path}" (looked in ${folder.path}`);
      expect(String(error)).toContain('"allowEmpty: true"');
    }
    const allowed = csv.read(path, { allowEmpty: true });
    await allowed.check?.({ signal: live() });
    expect(await readSource(allowed)).toMatchObject({ items: [], error: undefined });
  });

  test('a link that leads nowhere is an error where a glob matches its name', async () => {
    put('a.txt', 'c.txt');
    symlinkSync(folder.file('c.txt'), folder.file('d.txt'));
    symlinkSync('/nowhere/at/all', folder.file('b.txt'));
    symlinkSync('e.txt', folder.file('e.txt'));
    const { items, error } = await readSource(lines.read(folder.file('*.txt')));
    expect(items).toEqual(['a.txt']);
    expect(error).toMatchObject({ code: 'ERR_FILE', path: folder.file('b.txt') });
    expect(String(error)).toContain('there is no such file');
    expect(await itemsOf(folder.file('{a,c,d}.txt'))).toEqual(['a.txt', 'c.txt', 'c.txt']);
    expect(await rejection(itemsOf(folder.file('e.t*')))).toMatchObject({ path: folder.file('e.txt') });
  });

  test('a folder that cannot be read is an error where a glob leads into it, and no other', async () => {
    for (const name of ['a', 'b', 'c']) mkdirSync(folder.file(name));
    put('a/x', 'b/x', 'c/x');
    const denied = Object.assign(new Error('denied'), { code: 'EACCES', syscall: 'scandir' });
    const system = {
      ...fs,
      readdir: ((path: string, options: never, done: (error: Error | null, entries?: unknown) => void) =>
        path.endsWith('/b/') || path.endsWith('/b') ? done(denied) : fs.readdir(path, options, done)) as typeof fs.readdir,
    };
    const error = await rejection(globFiles('*/x', folder.path, live(), system));
    expect(error).toMatchObject({ code: 'ERR_FILE', cause: denied });
    expect(String(error)).toMatch(/cannot read ".*\/b\/?".*: permission denied/);
    expect((await globFiles('{a,c}/x', folder.path, live(), system)).toSorted()).toEqual(['a/x', 'c/x']);
  });

  test('a file that is missing from a list is an error after the items of those before it', async () => {
    put('a');
    const { items, error } = await readSource(lines.read([folder.file('a'), folder.file('absent')]));
    expect(items).toEqual(['a']);
    expect(error).toMatchObject({ code: 'ERR_FILE', path: folder.file('absent') });
  });

  test('an abort between two files ends the reading', async () => {
    put('a', 'b');
    const controller = new AbortController();
    const iterator = lines.read(folder.file('?')).open({ signal: controller.signal })[Symbol.asyncIterator]();
    expect((await iterator.next()).value?.items).toEqual(['a']);
    controller.abort('enough');
    expect(await rejection(iterator.next())).toBe('enough');
  });

  test.each([[[]], [['']], [[1]], [''], ['a\0'], [undefined]])('%p is refused at the declaration', (paths) => {
    expect(() => lines.read(paths as never)).toThrow(
      'the path must be a non-empty string without NUL, or a list of at least one',
    );
  });
});

describe('CSV files with a header each', () => {
  const write = (name: string, text: string) => writeFileSync(folder.file(name), text);

  test('their rows follow each other, an empty file has none', async () => {
    write('1.csv', 'a,b\n1,2\n');
    write('2.csv', '');
    write('3.csv', 'a,b\n');
    write('4.csv', '\uFEFFa,b\r\n3,4');
    const { items, origin } = await readSource(csv.read(folder.file('*.csv')));
    expect(items).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ]);
    expect(origin(1)).toBe(`${folder.file('4.csv')}:2:1`);
  });

  test.each([
    ['b,a', '1', 'it has "b" where that has "a"'],
    ['a', '2', 'it ends where that has "b"'],
    ['a,b,c', '5', 'it has "c" where that ends'],
  ])('another header, %s, is an error at its place', async (header, column, message) => {
    write('1.csv', 'a,b\n1,2\n');
    write('2.csv', `${header}\n`);
    const { items, error } = await readSource(csv.read(folder.file('*.csv')));
    expect(items).toHaveLength(1);
    expect(error).toMatchObject({ code: 'ERR_MALFORMED_DATA', origin: `${folder.file('2.csv')}:1:${column}` });
    expect(String(error)).toContain(`the header differs from that of ${folder.file('1.csv')}: ${message}`);
  });

  test('with "columns" only those must be there', async () => {
    write('1.csv', 'a,b\n1,2\n');
    write('2.csv', 'c,b\n3,4\n');
    expect((await readSource(csv.read(folder.file('*.csv'), { columns: ['b'] }))).items).toEqual([{ b: '2' }, { b: '4' }]);
  });

  test('each opening agrees on a header of its own', async () => {
    write('1.csv', 'a,b\n1,2\n');
    const source = csv.read(folder.file('*.csv'));
    await readSource(source);
    write('1.csv', 'c\n1\n');
    expect((await readSource(source)).items).toEqual([{ c: '1' }]);
  });
});
