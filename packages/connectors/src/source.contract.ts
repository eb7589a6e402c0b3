import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readlinkSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Source } from '@millrace/core';
import { DataError, FileError } from './errors.js';
import { live, readSource, rejection, TestFolder } from './file/folder.fixture.js';

export interface SourceCase<T> {
  readonly name: string;
  readonly open: (path: string) => Source<T>;
  /** A text with the items 0 … count − 1. */
  readonly text: (count: number) => string;
  /** Item `index` of that text, and the line where it starts. */
  readonly item: (index: number) => T;
  readonly line: (index: number) => number;
}

/** What every source of files must do. */
export function describeSource<T>({ name, open, text, item, line }: SourceCase<T>): void {
  describe(`${name}, as a source`, () => {
    let folder: TestFolder;
    beforeEach(() => {
      folder = new TestFolder();
    });
    afterEach(() => folder.remove());

    const written = (file: string, content: string | Uint8Array): string => {
      writeFileSync(folder.file(file), content);
      return folder.file(file);
    };
    const items = (count: number): T[] => Array.from({ length: count }, (_, index) => item(index));
    const isOpen = (path: string): boolean =>
      readdirSync('/proc/self/fd').some((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`) === path;
        } catch {
          return false;
        }
      });

    test('all items come in order, no pull has more than maxPull, each knows its place', async () => {
      const path = written('in', text(5000));
      const source = open(path);
      const reading = await readSource(source);
      expect(reading.error).toBeUndefined();
      expect(reading.items).toEqual(items(5000));
      expect(Math.max(...reading.pulls)).toBeLessThanOrEqual(source.maxPull ?? 0);
      expect(Math.min(...reading.pulls)).toBeGreaterThan(0);
      for (const index of [0, 1, 1023, 1024, 4999]) expect(reading.origin(index)).toBe(`${path}:${line(index)}:1`);
    });

    test('an empty file has no items', async () => {
      expect(await readSource(open(written('in', '')))).toMatchObject({ items: [], error: undefined });
      expect(await readSource(open(written('bom', '\uFEFF')))).toMatchObject({ items: [], error: undefined });
    });

    test('a byte order mark, CRLF and a missing last line end change nothing', async () => {
      const plain = text(50);
      for (const content of [`\uFEFF${plain}`, plain.replaceAll('\n', '\r\n'), plain.trimEnd()]) {
        expect(await readSource(open(written('in', content)))).toMatchObject({ items: items(50), error: undefined });
      }
    });

    test('two openings read independently', async () => {
      const source = open(written('in', text(3)));
      const first = source.open({ signal: live() })[Symbol.asyncIterator]();
      const one = await first.next();
      expect((await readSource(source)).items).toEqual(items(3));
      expect(one.value?.items).toEqual(items(3));
      expect(await first.next()).toMatchObject({ done: true });
    });

    test('return() before the first pull opens nothing and ends', async () => {
      const iterator = open(folder.file('absent')).open({ signal: live() })[Symbol.asyncIterator]();
      await iterator.return?.();
      expect(await iterator.next()).toMatchObject({ done: true });
    });

    test('return() midway, the end and an error close the file', async () => {
      for (const content of [text(50_000), gzipSync(text(50_000))]) {
        const path = written('in', content);
        const iterator = open(path).open({ signal: live() })[Symbol.asyncIterator]();
        await iterator.next();
        expect(isOpen(path)).toBe(true);
        await iterator.return?.();
        expect(isOpen(path)).toBe(false);
        await readSource(open(path));
        expect(isOpen(path)).toBe(false);
        writeFileSync(path, Buffer.concat([Buffer.from(text(3)), Buffer.from([0xff])]));
        expect((await readSource(open(path))).error).toBeInstanceOf(DataError);
        expect(isOpen(path)).toBe(false);
      }
    });

    test('an abort between pulls ends the next one with its reason and closes the file', async () => {
      for (const content of [text(100_000), gzipSync(text(100_000))]) {
        const path = written('in', content);
        const controller = new AbortController();
        const iterator = open(path).open({ signal: controller.signal })[Symbol.asyncIterator]();
        await iterator.next();
        controller.abort('enough');
        let pulls = 0;
        const ended = (async () => {
          for (;;) {
            const { done } = await iterator.next();
            if (done) return;
            pulls++;
          }
        })();
        expect(await rejection(ended)).toBe('enough');
        // What had been read into memory may still come: one block of lines.
        expect(pulls).toBeLessThan(60);
        expect(isOpen(path)).toBe(false);
      }
    });

    test('an abort before the first pull opens nothing', async () => {
      const signal = AbortSignal.abort('never');
      const iterator = open(folder.file('absent')).open({ signal })[Symbol.asyncIterator]();
      expect(await rejection(iterator.next())).toBe('never');
    });

    test('an abort ends a read that waits for a pipe', async () => {
      const path = folder.file('pipe');
      execFileSync('mkfifo', [path]);
      const writer = openSync(path, 'r+');
      try {
        writeSync(writer, text(2));
        const controller = new AbortController();
        const iterator = open(path).open({ signal: controller.signal })[Symbol.asyncIterator]();
        expect((await iterator.next()).value?.items).toEqual(items(2));
        const pending = iterator.next();
        controller.abort('enough');
        expect(await rejection(pending)).toBe('enough');
      } finally {
        writeSync(writer, '\n');
        closeSync(writer);
      }
    });

    test('gzip is unpacked whatever the name, also of several members', async () => {
      const halves = [text(2000).slice(0, 777), text(2000).slice(777)];
      const path = written('in.txt', Buffer.concat(halves.map((half) => gzipSync(half))));
      expect(await readSource(open(path))).toMatchObject({ items: items(2000), error: undefined });
      expect(await readSource(open(written('plain.gz', text(3))))).toMatchObject({ items: items(3), error: undefined });
    });

    test('a truncated or corrupt gzip file is an error, never a short reading', async () => {
      const packed = gzipSync(text(2000));
      const damaged = [
        packed.subarray(0, packed.length - 1),
        packed.subarray(0, packed.length >> 1),
        packed.subarray(0, 12),
        packed.subarray(0, 1),
        new Uint8Array(),
        Buffer.concat([packed, Buffer.from('trailing text\n')]),
        Buffer.concat([packed, Buffer.alloc(64), gzipSync(text(2))]),
        Buffer.concat([packed.subarray(0, 40), Buffer.from([1, 2, 3, 4]), packed.subarray(44)]),
      ];
      for (const bytes of damaged) {
        const path = written('in.gz', bytes);
        const { error } = await readSource(open(path));
        expect(error).toBeInstanceOf(DataError);
        expect(String(error)).toMatch(/in\.gz:1:1: the gzip file is (truncated|corrupt)/);
      }
    });

    test('invalid UTF-8 is an error with its place, after the items before it', async () => {
      const start = text(3);
      const path = written('in', Buffer.concat([Buffer.from(`${start}é`), Buffer.from([0xe2, 0x28]), Buffer.from('\n')]));
      const { items: before, error } = await readSource(open(path));
      expect(before).toEqual(items(3));
      expect(error).toMatchObject({
        code: 'ERR_MALFORMED_DATA',
        file: path,
        line: line(3),
        column: 2,
        origin: `${path}:${line(3)}:2`,
      });
      expect(String(error)).toContain(`invalid UTF-8 at byte ${Buffer.byteLength(start) + 2}`);
    });

    test('a missing file is one line with the path as given and as resolved', async () => {
      const path = relative(process.cwd(), folder.file('absent'));
      for (const error of [
        (await readSource(open(path))).error,
        await rejection((async () => open(path).check?.({ signal: live() }))()),
      ]) {
        expect(error).toBeInstanceOf(FileError);
        expect(error).toMatchObject({ code: 'ERR_FILE', path, cause: { code: 'ENOENT' } });
        expect(error).toHaveProperty(
          'message',
          `cannot read "${path}" (resolved to ${folder.file('absent')}): there is no such file`,
        );
      }
    });

    test('a folder and a path through a file are refused', async () => {
      mkdirSync(folder.file('folder'));
      symlinkSync('loop', folder.file('loop'));
      written('file', '');
      for (const [path, why] of [
        ['folder', 'it is a folder'],
        ['file/in', 'a part of the path is not a folder'],
        ['loop', 'its symbolic links form a loop'],
      ] as const) {
        const source = open(folder.file(path));
        expect((await readSource(source)).error).toMatchObject({ code: 'ERR_FILE' });
        expect(String((await readSource(source)).error)).toContain(why);
        expect(String(await rejection(Promise.resolve(source.check?.({ signal: live() }))))).toContain(why);
      }
    });

    test('a readable file passes the check, which leaves it closed', async () => {
      const path = written('in', text(1));
      await open(path).check?.({ signal: live() });
      expect(isOpen(path)).toBe(false);
    });
  });
}
