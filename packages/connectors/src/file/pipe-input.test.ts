import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readlinkSync, writeFileSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { csv, FileError, lines, ndjson } from '@millrace/connectors';
import { live, readSource, rejection, TestFolder } from './folder.fixture.js';

let folder: TestFolder;
let pipe: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = new TestFolder();
  pipe = folder.file('pipe');
  execFileSync('mkfifo', [pipe]);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  folder.remove();
});

/** Whether this process has the pipe open. */
const isOpen = () =>
  readdirSync('/proc/self/fd').some((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === pipe;
    } catch {
      return false;
    }
  });

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !condition(); ) {
    if (Date.now() > end) throw new Error(`it never came to be that ${condition}`);
    await pause(2);
  }
}

describe('a pipe that has a name', () => {
  test('is read to its end, also when the writer comes later and in pieces', async () => {
    const reading = readSource(lines.read(pipe));
    await until(isOpen);
    const writer = openSync(pipe, 'w');
    for (const piece of ['one\ntw', 'o\n', 'three']) {
      writeSync(writer, piece);
      await pause(5);
    }
    closeSync(writer);
    expect(await reading).toMatchObject({ items: ['one', 'two', 'three'], error: undefined });
    expect(isOpen()).toBe(false);
  });

  test('is read when its writer has waited for a reader', async () => {
    const written = writeFile(pipe, 'a,b\n1,2\n');
    expect(await readSource(csv.read(pipe))).toMatchObject({ items: [{ a: '1', b: '2' }], error: undefined });
    await written;
  });

  test('is empty when its writer writes nothing', async () => {
    const written = writeFile(pipe, '');
    expect(await readSource(lines.read(pipe))).toMatchObject({ items: [], error: undefined });
    await written;
  });

  test('is unpacked, of more than it holds at once', async () => {
    const count = 50_000;
    const items = Array.from({ length: count }, (_, id) => ({ id, text: `${(id * 7919) % 104_729}` }));
    const written = writeFile(pipe, gzipSync(items.map((item) => JSON.stringify(item)).join('\n')));
    const reading = await readSource(ndjson.read(pipe));
    expect(reading.error).toBeUndefined();
    expect(reading.items).toHaveLength(count);
    expect(reading.items.at(-1)).toEqual(items.at(-1));
    await written;
  });

  test('that breaks off in the midst of gzip is an error', async () => {
    const packed = gzipSync('line\n'.repeat(10_000));
    const written = writeFile(pipe, packed.subarray(0, packed.length - 4));
    expect(String((await readSource(lines.read(pipe))).error)).toContain('the gzip file is truncated');
    await written;
  });

  test('is not opened by the check', async () => {
    await lines.read(pipe).check!({ signal: live() });
    expect(isOpen()).toBe(false);
  });

  test('that has gone when it is pulled is refused', async () => {
    const late = lines.read(pipe).open({ signal: live() })[Symbol.asyncIterator]();
    folder.remove();
    expect(await rejection(late.next())).toBeInstanceOf(FileError);
  });

  test('is let go of by an abort and by return(), without a writer and with an idle one', async () => {
    for (const hasWriter of [false, true]) {
      const writer = hasWriter ? openSync(pipe, 'r+') : undefined;
      const controller = new AbortController();
      const pending = lines.read(pipe).open({ signal: controller.signal })[Symbol.asyncIterator]().next();
      if (writer === undefined) await until(isOpen);
      else writeSync(writer, 'half a li');
      await pause(5);
      controller.abort('enough');
      expect(await rejection(pending)).toBe('enough');
      if (writer !== undefined) closeSync(writer);
      await until(() => !isOpen());
    }
    const writer = openSync(pipe, 'r+');
    writeSync(writer, 'line\nmore\n');
    const iterator = lines.read(pipe).open({ signal: live() })[Symbol.asyncIterator]();
    expect((await iterator.next()).value.items).toEqual(['line', 'more']);
    await iterator.return?.();
    closeSync(writer);
    expect(isOpen()).toBe(false);
  });
});

describe('a program that reads a pipe ends by itself', () => {
  const connectors = new URL('../index.js', import.meta.url).href;
  const core = import.meta.resolve('@millrace/core');
  const body = `import { csv, lines, ndjson } from ${JSON.stringify(connectors)};
    import { flow, pipeline, runMain } from ${JSON.stringify(core)};
    const sources = { csv, lines, ndjson };
    const copy = pipeline(import.meta, 'copy', () => flow(sources[process.argv[1]].read(process.argv[2])).to(lines.write(process.argv[3])));
    process.stderr.write('ready');
    await runMain(copy.start());`;

  test.each([
    ['lines', 'without a writer'],
    ['ndjson', 'without a writer'],
    ['csv', 'with an idle writer'],
  ] as const)('after a drain: %s %s', async (format, kind) => {
    const writer = kind === 'without a writer' ? undefined : openSync(pipe, 'r+');
    try {
      const out = folder.file('out');
      const child = spawn(process.execPath, ['--input-type=module', '-e', body, format, pipe, out], { stdio: 'pipe' });
      children.push(child);
      const told = text(child.stderr);
      const closed = once(child, 'close');
      await until(() => readdirSync(`/proc/${child.pid}/fd`).some((fd) => linked(`/proc/${child.pid}/fd/${fd}`) === pipe));
      child.kill('SIGINT');
      const [code, signal] = await closed;
      expect([code, signal, await told]).toEqual([130, null, expect.any(String)]);
    } finally {
      if (writer !== undefined) closeSync(writer);
    }
  });

  const linked = (path: string) => {
    try {
      return readlinkSync(path);
    } catch {
      return undefined;
    }
  };
});

test('a pipe of the shell is read by its path', () => {
  const body = `import { lines } from ${JSON.stringify(new URL('../index.js', import.meta.url).href)};
    for await (const { items } of lines.read(process.argv[1]).open({ signal: new AbortController().signal })) console.log(items.join());`;
  writeFileSync(folder.file('read.mjs'), body.replace('process.argv[1]', 'process.argv[2]'));
  const script = `${process.execPath} ${folder.file('read.mjs')} <(printf 'a\\nb\\n')`;
  expect(execFileSync('bash', ['-c', script], { encoding: 'utf8', timeout: 25_000 })).toBe('a,b\n');
});
