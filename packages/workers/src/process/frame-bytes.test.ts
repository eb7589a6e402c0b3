import { createSecretKey } from 'node:crypto';
import { BlockList } from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pack, unpack } from '../codec/codec.js';
import { anything, batches, describeValue } from '../codec/values.fixture.js';
import { FrameReader, frameBytes, type ToProcess, UnreadFrame } from './frame-bytes.js';

/** Magic number and version. */
const emptyModule = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

const batch = (values: readonly unknown[]): ToProcess => ({
  kind: 'batch',
  job: 1,
  batch: 2,
  values: pack(values),
  refused: undefined,
  spare: 1024,
  attempts: undefined,
});

const feed = (values: readonly unknown[]): ToProcess => ({
  kind: 'feed',
  job: 1,
  values: { kind: 'clones', values },
  tags: undefined,
});

/** What comes out when the bytes of the frames are cut at these places. */
function across(frames: readonly ToProcess[], cuts: readonly number[]): ToProcess[] {
  const bytes = Buffer.concat(frames.flatMap(frameBytes));
  const received: ToProcess[] = [];
  const reader = new FrameReader<ToProcess>();
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  for (const [i, place] of places.entries()) {
    for (const frame of reader.push(bytes.subarray(places[i - 1] ?? 0, place))) {
      if (frame instanceof UnreadFrame) throw frame.error;
      received.push(frame);
    }
  }
  return received;
}

const valuesOf = (frame: ToProcess): readonly unknown[] =>
  frame.kind === 'batch' || frame.kind === 'feed' ? unpack(frame.values) : [];

/** Nested: rows of primitives would travel as columns. */
const records = (count: number): unknown[] => Array.from({ length: count }, (_, id) => ({ id, names: [`n${id}`] }));

const strings = (length: number): string[] => Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 'ż' : 'x').repeat(length));

describe('frames on a pipe', () => {
  test('arrive whole and in order, however the pipe cuts them', () => {
    const frame = fc.oneof(
      fc.nat(200).map((count) => batch(records(count))),
      fc.nat(500).map((length) => feed(['x'.repeat(length)])),
      fc.nat(800).map((length) => batch(strings(length))),
      fc.nat().map((outputs): ToProcess => ({ kind: 'grant', job: 3, outputs })),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 40 }), (frames, cuts) => {
        const received = across(frames, cuts);
        expect(received.map((at) => at.kind)).toEqual(frames.map((at) => at.kind));
        expect(received.map(valuesOf)).toEqual(frames.map(valuesOf));
      }),
      { numRuns: 200 },
    );
  });

  test('arrive whole byte by byte', () => {
    const frames = [batch(records(40)), feed([1]), batch(records(33))];
    const length = Buffer.concat(frames.flatMap(frameBytes)).length;
    const received = across(
      frames,
      Array.from({ length }, (_, i) => i),
    );
    expect(received.map(valuesOf)).toEqual(frames.map(valuesOf));
  });

  test('that cannot be read are told by their number, in their place among those that arrive', () => {
    const frames = [feed([1]), feed([2]), feed([3])].map(frameBytes);
    // The version of the format: what follows means nothing.
    frames[1]![0]!.fill(0, 8);
    const came = new FrameReader<ToProcess>().push(Buffer.concat(frames.flat()));
    expect(came.map((frame) => (frame instanceof UnreadFrame ? `no. ${frame.frame}` : valuesOf(frame)))).toEqual([
      [1],
      'no. 2',
      [3],
    ]);
  });

  test('carry what a structured clone gives, for any values', () => {
    fc.assert(
      fc.property(batches, (items) => {
        const [received] = across([batch(items)], []);
        const expected = structuredClone(items);
        expect(valuesOf(received!).map((item) => describeValue(item))).toEqual(expected.map((item) => describeValue(item)));
      }),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(anything, (value) => {
        const [received] = across([feed([value, value])], []);
        expect(describeValue(valuesOf(received!))).toBe(describeValue(structuredClone([value, value])));
      }),
      { numRuns: 200 },
    );
  });

  test('keep which views share a buffer, and make no Buffers', () => {
    const floats = new Float64Array([1, 2, 3]);
    const [received] = across([feed([floats, new Uint8Array(floats.buffer, 8, 8), Buffer.from('abc')])], []);
    const [first, second, third] = valuesOf(received!) as [Float64Array, Uint8Array, Uint8Array];
    expect(second.buffer).toBe(first.buffer);
    expect([second.byteOffset, second.length, [...first]]).toEqual([8, 8, [1, 2, 3]]);
    expect([Buffer.isBuffer(third), Buffer.from(third).toString()]).toEqual([false, 'abc']);
  });

  test('of records give a buffer of their own', () => {
    const [first, second] = across([batch(records(50)), batch(records(50))], [500]);
    for (const frame of [first!, second!]) {
      const values = frame.kind === 'batch' ? frame.values : undefined;
      expect(values?.kind === 'records' && values.bytes.byteLength).toBe(
        (pack(records(50)) as { bytes: ArrayBuffer }).bytes.byteLength,
      );
    }
  });

  test('of strings give no more than was written of a buffer', () => {
    const sent = batch(strings(1000));
    const [received] = across([sent], [5000]);
    if (received?.kind !== 'batch' || received.values.kind !== 'strings') throw new Error(received?.kind);
    expect(received.values.strings.bytes.byteLength).toBe(14 * 2000 + 26 * 1000);
    expect(valuesOf(received)).toEqual(strings(1000));
  });

  test('of rows with long texts give no more than was written of their buffers', () => {
    const rows = Array.from({ length: 40 }, (_, id) => ({
      id,
      text: 'x'.repeat(1000),
      note: id % 2 === 0 ? null : 'ż'.repeat(300),
    }));
    const [received] = across([batch(rows)], [5000]);
    if (received?.kind !== 'batch' || received.values.kind !== 'columns') throw new Error(received?.kind);
    const sizes = received.values.columns.columns.map((column) => column.kind === 'strings' && column.strings.bytes.byteLength);
    expect(sizes).toEqual([false, 40 * 1000, 20 * 600]);
    expect(valuesOf(received)).toEqual(rows);
  });

  test.each<[string, unknown]>([
    ['a function', () => {}],
    ['a symbol', Symbol('x')],
    ['a promise', Promise.resolve()],
    ['a port', new MessageChannel().port1],
    ['shared memory', new SharedArrayBuffer(4)],
    ['a view of shared memory', new Uint8Array(new SharedArrayBuffer(4))],
    ['a proxy', new Proxy({}, {})],
    ['a module of WebAssembly', new WebAssembly.Module(emptyModule)],
    ['memory of WebAssembly that is shared', new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })],
    ['a Blob', new Blob(['x'])],
    ['a key', createSecretKey('abc', 'utf8')],
    ['a list of addresses', new BlockList()],
    ['a histogram', createHistogram()],
    ['a stream', new ReadableStream()],
    ['a key as a named member of an array', Object.assign([1], { key: createSecretKey('abc', 'utf8') })],
    ['a Blob as a named member of a long array', Object.assign(new Array(500).fill(1), { blob: new Blob(['x']) })],
    ['a port as a named member of an array with holes', Object.assign(new Array(3), { port: new MessageChannel().port1 })],
    ['a module as the cause of an error', new Error('x', { cause: new WebAssembly.Module(emptyModule) })],
    ['a module in a class', Object.assign(new (class Holder {})(), { module: new WebAssembly.Module(emptyModule) })],
    ['a module in a Map', new Map([[1, new Set([new WebAssembly.Module(emptyModule)])]])],
  ])('are refused with %s', (_, value) => {
    // The latter for what could be transferred to a thread.
    const name = expect.stringMatching(/^(DataCloneError|TypeError)$/);
    expect(() => frameBytes(feed([{ deep: [value] }]))).toThrow(expect.objectContaining({ name }));
  });

  test('carry instances of classes, deep lists and sparse ones', () => {
    class Point {
      readonly x = 1;
      readonly at = new Date(5);
    }
    let list: unknown = 'end';
    for (let i = 0; i < 500; i++) list = { list };
    const sparse = Object.assign(new Array(2 ** 31), { 5: new Point(), named: [new Point()] });
    const value = { points: [new Point(), new Point()], list, sparse };
    const [received] = across([feed([value])], []);
    const [copy] = valuesOf(received!) as [typeof value];
    expect([copy.points, copy.list]).toEqual([structuredClone(value.points), value.list]);
    expect([copy.sparse.length, Object.keys(copy.sparse), copy.sparse[5]]).toEqual([
      2 ** 31,
      ['5', 'named'],
      { x: 1, at: new Date(5) },
    ]);
  });

  test('throw what a getter throws', () => {
    const value = {
      get member(): never {
        throw new RangeError('no member');
      },
    };
    expect(() => frameBytes(feed([value]))).toThrow(new RangeError('no member'));
  });
});
