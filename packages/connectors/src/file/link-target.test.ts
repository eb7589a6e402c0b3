import { lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FileError, lines } from '@millrace/connectors';
import { live, rejection, TestFolder, writeSink } from './folder.fixture.js';

let folder: TestFolder;
beforeEach(() => {
  folder = new TestFolder();
});
afterEach(() => folder.remove());

const write = (name: string) => writeSink(lines.write(folder.file(name)), ['a', 'b']);
const content = (name: string) => readFileSync(folder.file(name), 'utf8');
const link = (target: string, name: string) => symlinkSync(target, folder.file(name));
const refusalOf = async (name: string): Promise<string> => {
  const sink = lines.write(folder.file(name));
  const error = await rejection(sink.open({ signal: live() }));
  expect(error).toBeInstanceOf(FileError);
  expect(await rejection(Promise.resolve(sink.check!({ signal: live() })))).toMatchObject({ message: String(error).slice(11) });
  return String(error);
};

describe('a symbolic link whose file is not there yet', () => {
  test('stays, and the file is written where it leads to, once and again', async () => {
    link('real-2026.txt', 'latest.txt');
    for (const _ of [1, 2]) {
      await write('latest.txt');
      expect(readlinkSync(folder.file('latest.txt'))).toBe('real-2026.txt');
      expect(lstatSync(folder.file('real-2026.txt')).isFile()).toBe(true);
      expect(content('real-2026.txt')).toBe('a\nb\n');
      expect(folder.names()).toEqual(['latest.txt', 'real-2026.txt']);
    }
  });

  test('may lead to further links, into other folders and by an absolute path', async () => {
    for (const name of ['days', 'days/2026', 'out']) mkdirSync(folder.file(name));
    link('../days/today.txt', 'out/latest.txt');
    link(folder.file('days/2026/today.txt'), 'days/today.txt');
    await write('out/latest.txt');
    expect(content('days/2026/today.txt')).toBe('a\nb\n');
    expect(content('out/latest.txt')).toBe('a\nb\n');
  });

  test('is followed from the real folder that it lies in, as the system does', async () => {
    for (const name of ['far', 'far/away']) mkdirSync(folder.file(name));
    link('far/away', 'near');
    link('../beside.txt', 'far/away/latest.txt');
    await write('near/latest.txt');
    expect(content('far/beside.txt')).toBe('a\nb\n');
    link('near/../behind.txt', 'last.txt');
    await write('last.txt');
    expect(content('far/behind.txt')).toBe('a\nb\n');
    expect(content('last.txt')).toBe('a\nb\n');
  });

  test('leaves nothing at the other end after an abort', async () => {
    link('real.txt', 'latest.txt');
    const writer = await lines.write(folder.file('latest.txt')).open({ signal: live() });
    await writer.write(['a'], { signal: live() });
    await writer.abort('stop');
    expect(folder.names()).toEqual(['latest.txt']);
  });

  test('is refused when the folder it leads to is not there, or it leads to a folder', async () => {
    link('no/such/file.txt', 'lost');
    expect(await refusalOf('lost')).toContain(`the folder ${folder.file('no/such')} does not exist; make it first`);
    link('absent/', 'hollow');
    expect(await refusalOf('hollow')).toContain('its symbolic link leads to absent/, a folder');
    expect(folder.names()).toEqual(['hollow', 'lost']);
  });
});

test('symbolic links that form a loop are refused, and stay', async () => {
  link('two', 'one');
  link('one', 'two');
  link('self', 'self');
  for (const name of ['one', 'two', 'self']) expect(await refusalOf(name)).toContain('its symbolic links form a loop');
  expect(folder.names()).toEqual(['one', 'self', 'two']);
});

test('a chain of symbolic links longer than the system follows is refused', async () => {
  for (let index = 0; index < 60; index++) link(`link-${index + 1}`, `link-${index}`);
  expect(await refusalOf('link-0')).toMatch(/its symbolic links form a loop|more than 40 symbolic links/);
  writeFileSync(folder.file('link-60'), 'there');
  expect(await refusalOf('link-0')).toContain('its symbolic links form a loop');
});
