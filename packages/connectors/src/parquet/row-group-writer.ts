import { gzipSync } from 'node:zlib';
import type { SinkContext, Writer } from '@millrace/core';
import type { ByteWriter, ParquetWriter, SchemaElement } from 'hyparquet-writer';
import type { OutputFile } from '../file/atomic-file.js';
import { Turns } from '../turns.js';
import type { loadWriter } from './driver.js';
import { RowEncoder } from './row-encoder.js';
import type { ParquetWriteOptions } from './write-options.js';

type Driver = Awaited<ReturnType<typeof loadWriter>>;

const codecs = { snappy: 'SNAPPY', gzip: 'GZIP', none: 'UNCOMPRESSED' } as const;

/** Rows that wait for their row group to be full: an array for each column. */
type Held = readonly unknown[][];

/**
 * Collects rows into row groups, and appends each when it is full. A batch is taken whole or not at all, also when an append fails. Writes at
 * once stand in line.
 */
export class RowGroupWriter implements Writer<object> {
  readonly target?: string;
  readonly #driver: Driver;
  readonly #file: OutputFile;
  readonly #rowGroup: number;
  readonly #codec: (typeof codecs)[keyof typeof codecs];
  #encoder: RowEncoder | undefined;
  #parquet: Encoding | undefined;
  #held: Held = [];
  readonly #turns = new Turns();

  constructor(driver: Driver, file: OutputFile, { schema, rowGroup = 100_000, compression = 'snappy' }: ParquetWriteOptions) {
    this.#driver = driver;
    this.#file = file;
    if (file.target !== undefined) this.target = file.target;
    this.#rowGroup = rowGroup;
    this.#codec = codecs[compression];
    if (schema !== undefined) this.#encoder = new RowEncoder(schema);
  }

  write(items: readonly object[], { signal }: SinkContext): Promise<void> {
    return this.#turns.take(() => this.#write(items, signal));
  }

  async #write(items: readonly object[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (items.length === 0) return;
    const encoder = this.#encoder ?? RowEncoder.ofItems(items);
    const added = encoder.encode(items);
    // What the batch says counts only when it is taken.
    const before = this.#held[0]?.length ?? 0;
    const held = this.#held.length === 0 ? added : this.#held;
    if (held !== added) for (const [index, column] of held.entries()) pushAll(column, added[index]!);
    try {
      this.#held = await this.#writeFull(encoder, held, signal);
      this.#encoder = encoder;
    } catch (error) {
      for (const column of this.#held) column.length = before;
      throw error;
    }
  }

  async commit(): Promise<void> {
    // One that was given up may still write.
    await this.#turns.idle;
    try {
      const parquet = this.#encoding(this.#encoder ?? new RowEncoder({}));
      if ((this.#held[0]?.length ?? 0) > 0) parquet.writeGroup(this.#held);
      await this.#file.append(parquet.finish());
    } catch (error) {
      await this.#file.abort();
      throw error;
    }
    await this.#file.commit();
  }

  abort(): Promise<void> {
    return this.#file.abort();
  }

  /** Appends all row groups that are full; gives the rows that are left. */
  async #writeFull(encoder: RowEncoder, held: Held, signal: AbortSignal): Promise<Held> {
    const rows = held[0]!.length;
    const full = rows - (rows % this.#rowGroup);
    if (full === 0) return held;
    const parquet = this.#encoding(encoder);
    const mark = parquet.mark();
    try {
      for (let from = 0; from < full; from += this.#rowGroup) {
        parquet.writeGroup(held.map((column) => column.slice(from, from + this.#rowGroup)));
      }
      await this.#file.append(parquet.pending(), signal);
    } catch (error) {
      parquet.backTo(mark);
      throw error;
    }
    parquet.taken();
    this.#parquet = parquet;
    return held.map((column) => column.slice(full));
  }

  #encoding(encoder: RowEncoder): Encoding {
    return this.#parquet ?? new Encoding(this.#driver, encoder, this.#codec);
  }
}

interface Mark {
  readonly offset: number;
  readonly index: number;
  readonly rows: bigint;
  readonly groups: number;
  readonly indexes: number;
}

/** The driver, made to hand out bytes as they come to be, and to forget those that could not be written. */
class Encoding {
  readonly #bytes: ByteWriter;
  readonly #writer: ParquetWriter;
  readonly #encoder: RowEncoder;

  constructor({ ByteWriter, ParquetWriter }: Driver, encoder: RowEncoder, codec: (typeof codecs)[keyof typeof codecs]) {
    this.#encoder = encoder;
    this.#bytes = new ByteWriter();
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: this.#schema((column) => column.element),
      codec,
      compressors: { GZIP: (bytes) => gzipSync(bytes) },
      createdBy: 'millrace',
    });
  }

  writeGroup(columns: Held): void {
    const columnData = this.#encoder.columns.map(({ name }, index) => {
      const data = columns[index]!;
      // In the driver's dictionary 0 and -0 are one entry.
      return data.some((value) => Object.is(value, -0)) ? { name, data, encoding: 'PLAIN' as const } : { name, data };
    });
    this.#writer.write({ columnData, rowGroupSize: columns[0]!.length });
  }

  pending(): Uint8Array {
    return this.#bytes.getBytes();
  }

  /** The pending bytes lie in the file. */
  taken(): void {
    this.#bytes.index = 0;
  }

  mark(): Mark {
    const { row_groups: groups, num_rows: rows, pendingIndexes } = this.#writer;
    return { offset: this.#bytes.offset, index: this.#bytes.index, rows, groups: groups.length, indexes: pendingIndexes.length };
  }

  backTo({ offset, index, rows, groups, indexes }: Mark): void {
    this.#bytes.offset = offset;
    this.#bytes.index = index;
    this.#writer.num_rows = rows;
    this.#writer.row_groups.length = groups;
    this.#writer.pendingIndexes.length = indexes;
  }

  /** The last bytes, with the footer. */
  finish(): Uint8Array {
    this.#writer.schema = this.#schema((column) => column.footer ?? column.element);
    this.#writer.finish();
    return this.pending();
  }

  #schema(elementOf: (column: RowEncoder['columns'][number]) => SchemaElement): SchemaElement[] {
    const { columns } = this.#encoder;
    return [{ name: 'root', num_children: columns.length }, ...columns.map(elementOf)];
  }
}

function pushAll(column: unknown[], values: readonly unknown[]): void {
  for (const value of values) column.push(value);
}
