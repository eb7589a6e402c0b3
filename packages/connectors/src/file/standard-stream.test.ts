import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { isBrokenPipe, resolveFrom } from '@millrace/connectors';
import { live, rejection, TestFolder } from './folder.fixture.js';
import { StandardOutput } from './standard-output.js';
import { StreamInput } from './stream-input.js';

const folder = new TestFolder();
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill();
  folder.remove();
});

const connectors = new URL('../index.js', import.meta.url).href;

/** A program of its own, whose standard streams are pipes. */
function program(body: string) {
  const prelude = `import { csv, lines, ndjson, isBrokenPipe } from ${JSON.stringify(connectors)};
    const signal = new AbortController().signal;`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${prelude}\n${body}`], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  // A program that ends before it has read everything closes the pipe.
  child.stdin.on('error', () => {});
  return child;
}

async function outcome(child: ReturnType<typeof program>) {
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err, code };
}

const tell = `const tell = (what) => process.stderr.write(JSON.stringify(what));
  const all = async (source) => { const items = []; const origins = [];
    for await (const pull of source.open({ signal })) pull.items.forEach((item, i) => { items.push(item); origins.push(pull.origin(i)); });
    return { items, origins }; };`;

describe('the path - of a source', () => {
  test('is the standard input, and origins say so', async () => {
    const child = program(`${tell} const source = csv.read('-'); await source.check({ signal }); tell(await all(source));`);
    child.stdin.end('a,b\n1,2\n3,4\n');
    const { err, code } = await outcome(child);
    expect(JSON.parse(err)).toEqual({
      items: [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ],
      origins: ['<stdin>:2:1', '<stdin>:3:1'],
    });
    expect(code).toBe(0);
  });

  test('is unpacked, and may be a file', async () => {
    const child = program(`${tell} tell((await all(lines.read('-'))).items.length);`);
    child.stdin.end(gzipSync('line\n'.repeat(100_000)));
    expect((await outcome(child)).err).toBe('100000');
    writeFileSync(folder.file('in'), 'a\nb\n');
    const fd = openSync(folder.file('in'), 'r');
    const body = `import { lines } from ${JSON.stringify(connectors)}; const signal = new AbortController().signal;
      ${tell} tell((await all(lines.read('-'))).items);`;
    const onFile = spawn(process.execPath, ['--input-type=module', '-e', body], { stdio: [fd, 'ignore', 'pipe'] });
    closeSync(fd);
    expect(await text(onFile.stderr!)).toBe('["a","b"]');
  });

  test('an error in it has its place', async () => {
    const child = program(`${tell} await all(ndjson.read('-')).catch((error) => tell(error.message));`);
    child.stdin.end('1\n{]\n');
    expect(JSON.parse((await outcome(child)).err)).toMatch(/^<stdin>:2:2: the line is no JSON value/);
  });

  test('an abort ends a pending read, and the program ends by itself while its input stays open', async () => {
    const child = program(`${tell}
      const controller = new AbortController();
      const iterator = lines.read('-').open({ signal: controller.signal })[Symbol.asyncIterator]();
      const first = await iterator.next();
      const pending = iterator.next();
      controller.abort('enough');
      const reason = await pending.catch((error) => error);
      tell([first.value.items, reason, (await iterator.next()).done]);`);
    child.stdin.write('one\n');
    const { err, code } = await outcome(child);
    expect(JSON.parse(err)).toEqual([['one'], 'enough', true]);
    expect(code).toBe(0);
  });
});

describe('a stream that is read by pulls', () => {
  const bytes = (length: number) => new Uint8Array(length);

  test('is paused between pulls', async () => {
    const stream = new PassThrough({ highWaterMark: 1 });
    const input = StreamInput.open(stream, live());
    for (let count = 0; count < 10; count++) stream.write(bytes(10));
    expect((await input.read()).length).toBeGreaterThan(0);
    await new Promise(setImmediate);
    expect(stream.isPaused()).toBe(true);
    expect(stream.writableLength).toBeGreaterThan(0);
    await input.close();
  });

  test('is read by one at a time, and stays open', async () => {
    const stream = new PassThrough();
    const input = StreamInput.open(stream, live());
    expect(() => StreamInput.open(stream, live())).toThrow('cannot read <stdin>: another source reads it');
    await input.close();
    expect(stream.destroyed).toBe(false);
    expect(stream.listenerCount('data') + stream.listenerCount('error')).toBe(0);
    stream.write('the ');
    const next = StreamInput.open(stream, live());
    stream.end('rest');
    expect(Buffer.from(await next.read()).toString()).toBe('the ');
    expect(Buffer.from(await next.read()).toString()).toBe('rest');
    expect((await next.read()).length).toBe(0);
    await next.close();
  });

  test('is no empty one when it was read to its end before', async () => {
    const stream = new PassThrough();
    stream.end('all');
    await text(stream);
    expect(() => StreamInput.open(stream, live())).toThrow(
      'cannot read <stdin>: it was read to its end before; its bytes come only once',
    );
  });

  test('an error of it is that of the read', async () => {
    const stream = new PassThrough();
    const input = StreamInput.open(stream, live());
    const pending = input.read();
    stream.destroy(Object.assign(new Error('gone'), { code: 'EIO', syscall: 'read' }));
    expect(await rejection(pending)).toMatchObject({ code: 'ERR_FILE', message: 'cannot read <stdin>: the device failed' });
    await input.close();
  });
});

describe('the path - of a sink', () => {
  const written = `const write = async (sink, ...batches) => { const writer = await sink.open({ signal });
    for (const batch of batches) await writer.write(batch, { signal }); return writer; };`;

  test('is the standard output, where batches are seen at once and which stays open', async () => {
    const child = program(`${written}
      const sink = ndjson.write('-'); await sink.check({ signal });
      const writer = await write(sink, [1, 2], [{ a: 'é' }]);
      await writer.commit();
      const aborted = await write(csv.write('-'), [{ a: 1 }]);
      await aborted.abort('stop');
      console.log('still open');`);
    const { out, code } = await outcome(child);
    expect(out).toBe('1\n2\n{"a":"é"}\na\n1\nstill open\n');
    expect(code).toBe(0);
  });

  test('is flushed whole into a file too', async () => {
    const fd = openSync(folder.file('out'), 'w');
    const body = `import { lines } from ${JSON.stringify(connectors)}; const signal = new AbortController().signal; ${written}
      await (await write(lines.write('-'), Array(50_000).fill('line'))).commit(); process.exit();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', body], { stdio: ['ignore', fd, 'inherit'] });
    closeSync(fd);
    await once(child, 'close');
    expect(readFileSync(folder.file('out'), 'utf8')).toBe('line\n'.repeat(50_000));
  });

  test('data passes by what a program puts in the place of its write', async () => {
    const child = program(`${written} process.stdout.write = (text) => process.stderr.write('label ' + text);
      console.log('from a task'); await (await write(lines.write('-'), ['data'])).commit();`);
    expect(await outcome(child)).toEqual({ out: 'data\n', err: 'label from a task\n', code: 0 });
  });

  test('a reader that has gone is an error that can be told, at every call, and no crash', async () => {
    const child = program(`${tell}${written}
      process.stdin.on('data', () => {}).on('end', async () => {
        const writer = await write(lines.write('-'));
        const seen = [];
        for (let turn = 0; turn < 3; turn++) {
          const error = await writer.write(['line'], { signal }).then(() => undefined, (error) => error);
          if (error) seen.push([error.code, error.message, error.cause.code, isBrokenPipe(error), isBrokenPipe({ cause: error })]);
        }
        await writer.abort('stop');
        tell(seen);
      });`);
    child.stdout.destroy();
    await once(child.stdout, 'close');
    child.stdin.end();
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    const one = ['ERR_FILE', 'cannot write <stdout>: whoever read it has gone', 'EPIPE', true, true];
    expect(JSON.parse(err)).toEqual([one, one, one]);
    expect(code).toBe(0);
  });

  test('a run whose reader goes fails with an error that can be told', async () => {
    const core = import.meta.resolve('@millrace/core');
    const child = program(`import { flow, pipeline } from ${JSON.stringify(core)};
      const copy = pipeline(import.meta, 'copy', () => flow(lines.read('-')).to(lines.write('-')));
      await copy.run().then(
        () => process.stderr.write('completed'),
        (error) => process.stderr.write(error.name + ' ' + isBrokenPipe(error)));`);
    const message = text(child.stderr);
    const closed = once(child, 'close');
    child.stdin.write('line\n');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    await once(child.stdout, 'close');
    child.stdin.end('line\n'.repeat(100_000));
    expect(await message).toBe('StageError true');
    await closed;
  });

  test('an error that the stream tells by its event fails the commit', async () => {
    const stream = new PassThrough();
    const output = new StandardOutput(stream);
    stream.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE', syscall: 'write' }));
    expect(isBrokenPipe(await rejection(output.commit()))).toBe(true);
    await new Promise(setImmediate);
    expect(stream.listenerCount('error')).toBe(0);
    stream.destroy();
  });

  test('isBrokenPipe is true of nothing else', () => {
    for (const value of [undefined, null, 'EPIPE', new Error('EPIPE'), { code: 'ENOENT' }])
      expect(isBrokenPipe(value)).toBe(false);
  });
});

test('resolveFrom leaves - and what is no path as it is', () => {
  expect(['-', '/a/b', 'c/*.csv', ['d', '-'], 7, ''].map((value) => resolveFrom('/x', value))).toEqual([
    '-',
    '/a/b',
    '/x/c/*.csv',
    ['/x/d', '-'],
    7,
    '',
  ]);
});
