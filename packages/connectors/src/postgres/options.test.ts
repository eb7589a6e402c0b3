import { describe, expect, test } from '@jest/globals';
import { connectors, postgres } from '@millrace/connectors';
import { quoteTable, tableParts } from './identifier.js';

const url = 'postgres://me:s3cret@host/db';
const problem = (declare: () => unknown): string => {
  try {
    declare();
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_OPTION' });
    return String(error);
  }
  throw new Error('it was declared');
};

describe('options of postgres', () => {
  test('what contradicts itself or is unknown is refused at the declaration', () => {
    const read = (options: object) => problem(() => postgres.read(url, options));
    expect(read({})).toContain('Give the option "query" or "table"');
    expect(read({ query: 'q', table: 't' })).toContain('two things to read');
    expect(read({ query: 'q', key: 'id' })).toContain('"key" is about a table');
    expect(read({ table: 't', parameters: [1] })).toContain('"parameters" is for a "query"');
    expect(read({ table: 't', after: [1] })).toContain('needs the option "key"');
    expect(read({ table: 't', key: ['a', 'b'], after: [1] })).toContain('a value for each column of "key": 2');
    expect(read({ table: 'a.b.c' })).toContain('the name of a table');
    expect(read({ table: 't', bigIntegers: 'round' })).toContain('"fail", "number", "bigint" or "string"');
    expect(read({ table: 't', fetch: 0 })).toContain('a whole number of rows');
    expect(read({ tabel: 't' })).toContain('did you mean "table"?');
    expect(read({ query: 'q', parameters: [{}] })).toContain('a list of texts');
    const write = (options: object) => problem(() => postgres.write(url, options as never));
    expect(write({})).toContain('the option "table" is missing');
    expect(write({ table: 't', write: 'merge' })).toContain('the option "key" must name the columns');
    expect(write({ table: 't', key: 'id' })).toContain('is for "write: merge"');
    expect(write({ table: 't', write: 'merge', key: 'id', columns: ['a'] })).toContain('lacks "id", which is in "key"');
    expect(write({ table: 't', columns: ['a', 'a'] })).toContain('none of them twice');
  });

  test('a URL that is none is refused and not shown, nor is one whose password would be taken for the host', () => {
    for (const bad of ['host=s3cret', '', 5, 'postgres://me:1/s3cret@host/db', 'postgres://me:1#s3cret@host/db']) {
      const text = problem(() => postgres.read(bad as string, { query: 'q' }));
      expect(text).toContain('"url" must be a URL postgres://');
      expect(text).not.toContain('s3cret');
    }
    for (const good of [url, 'postgresql:///db?host=/tmp', 'postgres://me:a%2Fb@h:1/db?options=a@b'])
      postgres.read(good, { query: 'q' });
  });

  test('names of tables have at most two parts, and quotes that are closed', () => {
    expect(tableParts('orders')).toEqual(['orders']);
    expect(tableParts('sales.Orders')).toEqual(['sales', 'Orders']);
    expect(tableParts('"a.b"."c""d"')).toEqual(['a.b', 'c"d']);
    for (const bad of ['', '.', 'a.', '.a', 'a.b.c', '"a', 'a"b', '""', '"a"b', 'a\0']) expect(tableParts(bad)).toBeUndefined();
    expect(quoteTable('"c""d".e f')).toBe('"c""d"."e f"');
  });

  test('pipeline files know it by its name, and its URL is a secret', () => {
    const { read, write } = connectors.postgres!;
    expect([read?.first, write?.first]).toEqual(['url', 'url']);
    expect([read?.options.url?.isSecret, write?.options.url?.isSecret]).toEqual([true, true]);
    expect(read?.make({ url, table: 'orders' })).toMatchObject({ name: 'postgres', maxPull: 1024 });
    expect(write?.make({ url, table: 'orders', write: 'merge', key: ['id'] })).toMatchObject({ name: 'postgres' });
  });
});
