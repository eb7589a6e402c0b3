import type { FileMetaData, RowGroup, SchemaTree } from 'hyparquet';
import { DataError, FileError } from '../errors.js';
import { didYouMean } from '../spelling.js';
import { loadReader } from './driver.js';
import { Input } from './input.js';

type Driver = Awaited<ReturnType<typeof loadReader>>;

const magic = 'PAR1';
const encryptedMagic = 'PARE';

/** A Parquet file that is open: what its footer says, and its bytes. */
export class ParquetFile {
  readonly path: string;
  readonly driver: Driver;
  readonly input: Input;
  readonly metadata: FileMetaData;
  readonly #columns: ReadonlyMap<string, SchemaTree>;

  private constructor(path: string, driver: Driver, input: Input, metadata: FileMetaData) {
    this.path = path;
    this.driver = driver;
    this.input = input;
    this.metadata = metadata;
    const { children } = driver.parquetSchema(metadata);
    this.#columns = new Map(children.map((column) => [column.element.name, column]));
    if (this.#columns.size < children.length) throw corrupt(path, 'two of its columns have the same name');
  }

  /** @throws MissingPackageError, FileError and DataError; the signal's reason */
  static async open(path: string, signal: AbortSignal): Promise<ParquetFile> {
    const driver = await loadReader();
    const input = await Input.open(path, signal);
    try {
      await checkMagic(input, path);
      const metadata = await asDataErrors(input, 'its footer cannot be decoded', () =>
        driver.parquetMetadataAsync(input, { geoparquet: false }),
      );
      return await asDataErrors(input, 'its footer is inconsistent', async () => new ParquetFile(path, driver, input, metadata));
    } catch (error) {
      await input.close();
      throw error;
    }
  }

  get rowGroups(): readonly RowGroup[] {
    return this.metadata.row_groups;
  }

  /** How many rows lie before a row group. */
  rowsBefore(index: number): number {
    return this.rowGroups.slice(0, index).reduce((sum, group) => sum + Number(group.num_rows), 0);
  }

  /** The columns of these names, or all.
   * @throws DataError for one that the file lacks or that is encrypted */
  columns(names?: readonly string[]): readonly SchemaTree[] {
    if (names === undefined) return [...this.#columns.values()];
    return names.map((name) => {
      const column = this.#columns.get(name);
      if (column !== undefined) return column;
      const known = [...this.#columns.keys()];
      throw new DataError(
        this.path,
        1,
        1,
        `the file lacks the column "${name}"${didYouMean(name, known)}; it has ${known.map((one) => `"${one}"`).join(', ')}`,
      );
    });
  }

  /** The row group of an index.
   * @throws DataError when the file has no such row group */
  rowGroup(index: number): RowGroup {
    const group = this.rowGroups[index];
    if (group !== undefined) return group;
    throw new DataError(this.path, 1, 1, `the file has no row group ${index}: it has ${this.rowGroups.length}, counted from 0`);
  }

  close(): Promise<void> {
    return this.input.close();
  }
}

/** For what does not fit together in a file. */
export function corrupt(path: string, why: string, cause?: unknown): DataError {
  return new DataError(path, 1, 1, `the Parquet file is corrupt: ${why}`, cause === undefined ? undefined : { cause });
}

/** What the driver throws as a DataError that says what could not be done; errors of the input pass as they are. */
export async function asDataErrors<T>(input: Input, what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof DataError || error instanceof FileError || input.signal.aborted) throw error;
    throw corrupt(input.path, `${what}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

async function checkMagic(input: Input, path: string): Promise<void> {
  if (input.byteLength < 12) throw notParquet(path, `it has ${input.byteLength} bytes`);
  const start = Buffer.from(await input.slice(0, 4)).toString('latin1');
  const end = Buffer.from(await input.slice(input.byteLength - 4)).toString('latin1');
  if (start === encryptedMagic || end === encryptedMagic) {
    throw new DataError(path, 1, 1, 'the Parquet file is encrypted, which is not supported');
  }
  if (start !== magic) throw notParquet(path, hint(start));
  if (end !== magic) throw new DataError(path, 1, 1, 'the Parquet file is truncated: its end, with the footer, is missing');
}

function notParquet(path: string, why: string): DataError {
  return new DataError(path, 1, 1, `this is no Parquet file: ${why}`);
}

function hint(start: string): string {
  if (start.startsWith('\x1f\x8b')) return 'it is gzip; Parquet packs its columns by itself';
  if (start.startsWith('ARRO')) return 'it is an Arrow file';
  if (start.startsWith('PK')) return 'it is a ZIP archive';
  return `it begins with ${JSON.stringify(start)}, not with "${magic}"`;
}
