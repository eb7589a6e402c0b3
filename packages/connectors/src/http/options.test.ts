import { describe, expect, test } from '@jest/globals';
import { connectors, http, OptionError } from '@millrace/connectors';

const url = 'http://localhost:1/x';

/** As JavaScript and pipeline files may give them. */
const read = (given: unknown, options?: object) => () => http.read(given as string, options);
const write = (given: unknown, options?: object) => () => http.write(given as string, options);

function refusal(declare: () => unknown): OptionError {
  try {
    declare();
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    return error as OptionError;
  }
  throw new Error('the declaration was expected to be refused');
}

describe('a URL', () => {
  test.each([['ftp://a/b'], ['/relative'], [''], ['http://'], [7], [undefined], ['https://user:s3cr3t@host/'], ['s3cr3t@host']])(
    '%j is refused, and is not told',
    (given) => {
      for (const declare of [read(given), write(given)]) {
        const { message, option } = refusal(declare);
        expect(option).toBe('url');
        expect(message).toMatch(/^http\.(read|write): the url must be a URL that begins with http:\/\/ or https:\/\//);
        expect(message).not.toContain('s3cr3t');
      }
    },
  );

  test.each([['http://a'], ['HTTPS://a.b:8443/c?d=e#f'], ['http://[::1]:80/']])('%s is taken', (given) => {
    expect(read(given)().name).toBe('http');
    expect(write(given)().name).toBe('http');
    expect(connectors.http?.read?.options.url?.accepts(given)).toBe(true);
  });
});

describe('options', () => {
  test('whose members may be secret are refused without a word of them', () => {
    for (const options of [{ query: { api_key: 's3cr3t', list: {} } }, { headers: { authorization: 's3cr3t', b: 1 } }]) {
      expect(refusal(read(url, options)).message).not.toContain('s3cr3t');
    }
  });

  test.each([
    [{ pages: { counter: {} } }, 'pages'],
    [{ pages: { counter: { param: 'p', first: -1 } } }, 'pages'],
    [{ pages: { counter: { param: 'p', size: { param: 's' } } } }, 'pages'],
    [{ pages: { cursor: { param: 'p' } } }, 'pages'],
    [{ pages: { link: false } }, 'pages'],
    [{ pages: { link: true, cursor: { from: 'a' } } }, 'pages'],
    [{ pages: {} }, 'pages'],
    [{ items: 'a..b' }, 'items'],
    [{ items: 'a', format: 'csv' }, 'items'],
    [{ pages: { cursor: { from: 'a' } }, format: 'ndjson' }, 'pages'],
    [{ maxLineBytes: 9 }, 'maxLineBytes'],
    [{ csv: { delimiter: ';' } }, 'csv'],
    [{ csv: { delimiter: ';;' }, format: 'csv' }, 'delimiter'],
    [{ csv: { allowEmpty: true }, format: 'csv' }, 'allowEmpty'],
    [{ bigIntegers: 'string', format: 'csv' }, 'bigIntegers'],
    [{ bigIntegers: 'exact' }, 'bigIntegers'],
    [{ format: 'xml' }, 'format'],
    [{ method: 'GET', body: {} }, 'body'],
    [{ body: () => 1 }, 'body'],
    [{ method: 'DELETE' }, 'method'],
    [{ maxPages: 0 }, 'maxPages'],
    [{ maxBytes: 1.5 }, 'maxBytes'],
    [{ item: 'a' }, 'item'],
  ])('%j of a source are refused', (options, option) => {
    expect(refusal(read(url, options)).option).toBe(option);
  });

  test.each([
    [{ wrap: '' }, 'wrap'],
    [{ wrap: 'a', body: 'ndjson' }, 'wrap'],
    [{ body: 'xml' }, 'body'],
    [{ method: 'GET' }, 'method'],
    [{ idempotencyKey: 'yes' }, 'idempotencyKey'],
    [{ errorsAt: '' }, 'errorsAt'],
    [{ pages: { link: true } }, 'pages'],
  ])('%j of a sink are refused', (options, option) => {
    expect(refusal(write(url, options)).option).toBe(option);
  });

  test.each([
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ timeoutMs: 300_001 }, 'timeoutMs'],
    [{ retry: { attempts: 0 } }, 'retry'],
    [{ retry: { factor: 0.5 } }, 'retry'],
    [{ retry: { delay: 1 } }, 'retry'],
    [{ retry: 3 }, 'retry'],
    [{ rate: { limit: 1 } }, 'rate'],
    [{ rate: { limit: 0, perMs: 1 } }, 'rate'],
    [{ query: { a: { b: 1 } } }, 'query'],
    [{ query: [] }, 'query'],
  ])('%j of both are refused', (options, option) => {
    expect(refusal(read(url, options)).option).toBe(option);
    expect(refusal(write(url, options)).option).toBe(option);
  });

  test('that are undefined count as absent', () => {
    expect(read(url, { retry: { attempts: undefined }, pages: undefined, rate: undefined, query: { a: undefined } })().name).toBe(
      'http',
    );
    expect(write(url, { wrap: undefined, headers: undefined })().name).toBe('http');
  });

  test.each([
    [{ 'x y': 's3cr3t' }],
    [{ authorization: 's3cr3t\n' + 'x-other: 1' }],
    [{ authorization: 's3cr3t\u0001' }],
    [{ authorization: 's3cr3t €' }],
    [{ host: 's3cr3t' }],
    [{ 'Content-Length': 's3cr3t' }],
    [{ authorization: ['s3cr3t'] }],
    ['s3cr3t'],
  ])('of bad headers are refused without telling them: %#', (headers) => {
    for (const declare of [read(url, { headers }), write(url, { headers })]) {
      const { message, option } = refusal(declare);
      expect(option).toBe('headers');
      expect(message).not.toContain('s3cr3t');
    }
  });
});

describe('the connector by its name', () => {
  const connector = connectors.http!;

  test('makes what code makes', () => {
    expect(connector.read?.first).toBe('url');
    expect(connector.read?.make({ url, items: 'data', pages: { link: true } }).name).toBe('http');
    expect(connector.write?.make({ url, wrap: 'rows' }).name).toBe('http');
    expect(refusal(() => connector.write?.make({ url, warp: 'rows' })).message).toContain('did you mean "wrap"?');
  });

  test('keeps headers secret, and says what all options take', () => {
    for (const end of [connector.read!, connector.write!]) {
      expect(end.options.headers?.isSecret).toBe(true);
      expect(end.options.url?.required).toBe(true);
      for (const [name, rule] of Object.entries(end.options)) {
        expect([name, typeof rule.schema, rule.doc === '', rule.allowed === '']).toEqual([name, 'object', false, false]);
        expect(JSON.parse(JSON.stringify(rule.schema))).toEqual(rule.schema);
      }
    }
  });
});
