import { type OptionRule, oneOf, wholeNumber } from '../options.js';
import { isColumnType, type ParquetSchema, typePattern, typeWords } from './column-type.js';

/** Options of `parquet.write`. */
export interface ParquetWriteOptions {
  /** The columns with their types, in the order of the file. Default: what the first batch has, all with `?`, and numbers as `double`. */
  readonly schema?: ParquetSchema | undefined;
  /** Rows of a row group, which is held in memory until it is full. Default 100,000. */
  readonly rowGroup?: number | undefined;
  /** How columns are packed. Default `snappy`. */
  readonly compression?: 'snappy' | 'gzip' | 'none' | undefined;
}

const isSchema = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0 &&
  Object.keys(value).every((name) => name.isWellFormed()) &&
  Object.values(value).every(isColumnType);

export const writeRules: Readonly<Record<keyof ParquetWriteOptions, OptionRule>> = {
  schema: {
    doc: 'The columns with their types, in the order of the file; with "?" behind the type a column takes null.',
    allowed: `an object that gives for each column one of ${typeWords}`,
    accepts: isSchema,
    schema: { type: 'object', minProperties: 1, additionalProperties: { type: 'string', pattern: typePattern } },
    default: 'the columns of the first batch, all with "?", and numbers as double',
  },
  rowGroup: {
    ...wholeNumber('rows', 1, 10_000_000),
    doc: 'Rows of a row group, which is held in memory until it is full.',
    default: '100000',
  },
  compression: { ...oneOf('snappy', 'gzip', 'none'), doc: 'How columns are packed.', default: '"snappy"' },
};
