import { chmodSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sink } from '@millrace/core';
import { FileError, ItemError } from './errors.js';
import { live, rejection, TestFolder, writeSink } from './file/folder.fixture.js';

export interface SinkCase<T> {
  readonly name: string;
  readonly open: (path: string, options?: { readonly gzip?: boolean }) => Sink<T>;
  readonly item: (index: number) => T;
  /** The file of the items 0 … count − 1, count ≥ 1. */
  readonly text: (count: number) => string;
  /** The file of no items. Default: empty. */
  readonly empty?: string;
  /** An item that cannot be written. */
  readonly bad: T;
}

/** What every sink of files must do. */
export function describeSink<T>({ name, open, item, text, empty = '', bad }: SinkCase<T>): void {
  describe(`${name}, as a sink`, () => {
    let folder: TestFolder;
    beforeEach(() => {
      folder = new TestFolder();
    });
    afterEach(() => folder.remove());

    const items = (count: number, from = 0): T[] => Array.from({ length: count }, (_, index) => item(from + index));
    const content = (file: string) => readFileSync(folder.file(file), 'utf8');
    const context = { signal: live() };

    test('commit makes the file visible, and nothing before it', async () => {
      const writer = await open(folder.file('out')).open(context);
      await writer.write(items(2), context);
      await writer.write([], context);
      await writer.write(items(3, 2), context);
      expect(folder.names()).not.toContain('out');
      await writer.commit();
      expect(folder.names()).toEqual(['out']);
      expect(content('out')).toBe(text(5));
    });

    test('abort leaves nothing, also right after the opening, and does not touch an existing file', async () => {
      writeFileSync(folder.file('out'), 'before');
      for (const path of ['out', 'new', 'new.gz']) {
        const writer = await open(folder.file(path)).open(context);
        await writer.write(items(3), context);
        await writer.abort(new Error('the run failed'));
        await (await open(folder.file(path)).open(context)).abort('cancelled');
      }
      expect(folder.names()).toEqual(['out']);
      expect(content('out')).toBe('before');
    });

    test('a run without items leaves the file of no items', async () => {
      await writeSink(open(folder.file('out')));
      expect(content('out')).toBe(empty);
    });

    test('an existing file is replaced whole and keeps its mode, a symbolic link is followed', async () => {
      writeFileSync(folder.file('real'), 'x'.repeat(10_000));
      chmodSync(folder.file('real'), 0o640);
      symlinkSync('real', folder.file('link'));
      await writeSink(open(folder.file('link')), items(2));
      expect(readlinkSync(folder.file('link'))).toBe('real');
      expect(content('real')).toBe(text(2));
      expect(statSync(folder.file('real')).mode & 0o777).toBe(0o640);
    });

    test('a bad item costs no other item of its batch, and the batch can be written without it', async () => {
      const writer = await open(folder.file('out')).open(context);
      await writer.write(items(2), context);
      const error = await rejection(writer.write([item(2), bad, item(3)], context));
      expect(error).toBeInstanceOf(ItemError);
      expect(error).toMatchObject({ code: 'ERR_ITEM', index: 1 });
      expect(String(error)).toContain('item 1 of the batch');
      await writer.write([item(2), item(3)], context);
      await writer.commit();
      expect(content('out')).toBe(text(4));
    });

    test('writes at once are written whole, one after the other', async () => {
      for (const path of ['out', 'out.gz']) {
        const writer = await open(folder.file(path)).open(context);
        const writes = [0, 1, 2, 3].map((at) => writer.write(items(2, 2 * at), context));
        await Promise.all(writes);
        await writer.commit();
      }
      expect(content('out')).toBe(text(8));
      expect(gunzipSync(readFileSync(folder.file('out.gz'))).toString()).toBe(text(8));
    });

    test('a write that is given up leaves nothing, and the same one again does not run into it', async () => {
      const writer = await open(folder.file('out')).open(context);
      const controller = new AbortController();
      const late = rejection(writer.write(items(2), { signal: controller.signal }));
      // Until the file has the bytes: it takes them in a turn of the event loop.
      for (let turn = 0; turn < 10; turn++) await undefined;
      controller.abort('given up');
      const again = writer.write(items(2), context);
      expect(await late).toBe('given up');
      await again;
      await writer.write(items(3, 2), context);
      await writer.commit();
      expect(content('out')).toBe(text(5));
    });

    test('a path that ends in .gz or the option packs the file', async () => {
      await writeSink(open(folder.file('out.gz')), items(2), items(3, 2));
      await writeSink(open(folder.file('packed'), { gzip: true }), items(5));
      await writeSink(open(folder.file('plain.gz'), { gzip: false }), items(5));
      for (const file of ['out.gz', 'packed']) {
        expect(gunzipSync(readFileSync(folder.file(file))).toString()).toBe(text(5));
      }
      expect(content('plain.gz')).toBe(text(5));
      expect(folder.names()).toEqual(['out.gz', 'packed', 'plain.gz']);
    });

    test('a missing parent folder is named, by the check and by the opening', async () => {
      const sink = open(folder.file('no/such/out'));
      for (const attempt of [() => sink.open(context), async () => sink.check?.(context)]) {
        const error = await rejection(attempt());
        expect(error).toBeInstanceOf(FileError);
        expect(String(error)).toContain(`the folder ${folder.file('no/such')} does not exist`);
      }
      expect(folder.names()).toEqual([]);
    });

    test('a folder and a device are refused', async () => {
      mkdirSync(folder.file('out'));
      expect(String(await rejection(open(folder.file('out')).open(context)))).toContain('it is a folder');
      expect(String(await rejection(open('/dev/null').open(context)))).toContain('it is no regular file');
      expect(String(await rejection(open(folder.file('new/')).open(context)))).toContain('it is the name of a folder');
      expect(folder.names()).toEqual(['out']);
    });

    test('an abort of the signal refuses opening and writing, and leaves nothing', async () => {
      expect(await rejection(open(folder.file('out')).open({ signal: AbortSignal.abort('stop') }))).toBe('stop');
      const late = open(folder.file('out'));
      const controller = new AbortController();
      const opening = late.open({ signal: controller.signal });
      controller.abort('stop');
      expect(await rejection(opening)).toBe('stop');
      const writer = await late.open(context);
      expect(await rejection(writer.write(items(1), { signal: AbortSignal.abort('stop') }))).toBe('stop');
      await writer.abort('stop');
      expect(folder.names()).toEqual([]);
    });

    test('a commit that fails leaves nothing and says which file', async () => {
      const writer = await open(folder.file('out')).open(context);
      await writer.write(items(1), context);
      mkdirSync(folder.file('out'));
      const error = await rejection(writer.commit());
      expect(error).toMatchObject({ code: 'ERR_FILE', path: folder.file('out') });
      expect(folder.names()).toEqual(['out']);
      await writer.abort(error);
    });
  });
}
