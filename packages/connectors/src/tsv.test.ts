import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { tsv } from '@millrace/connectors';
import { readSource, rejection, TestFolder, writeSink } from './file/folder.fixture.js';

const folder = new TestFolder();
afterAll(() => folder.remove());

describe('tsv', () => {
  test('tabs part the fields, commas do not', async () => {
    writeFileSync(folder.file('in'), 'id\tnote\n1\ta,b\n2\t"a\tb"\n');
    const { items } = await readSource(tsv.read(folder.file('in'), { types: { id: 'number' } }));
    expect(items).toEqual([
      { id: 1, note: 'a,b' },
      { id: 2, note: 'a\tb' },
    ]);
  });

  test('what was written is read again', async () => {
    const rows = [{ id: '1', note: 'a,b\t"c"\nd' }];
    await writeSink(tsv.write(folder.file('out')), rows);
    expect(readFileSync(folder.file('out'), 'utf8')).toBe('id\tnote\n1\t"a,b\t""c""\nd"\n');
    expect((await readSource(tsv.read(folder.file('out')))).items).toEqual(rows);
  });

  test('another delimiter is refused, and errors name the connector', async () => {
    expect(() => tsv.read('f', JSON.parse('{"delimiter":";"}'))).toThrow('tsv.read: there is no option "delimiter"');
    expect(() => tsv.write('f', JSON.parse('{"delimiter":";"}'))).toThrow('tsv.write: there is no option "delimiter"');
    expect(() => tsv.read('f', { quote: '\t' })).toThrow('tsv.read: the options "quote" and "delimiter" must differ');
    expect(String(await rejection(writeSink(tsv.write(folder.file('bad')), [[]])))).toContain('tsv.write: item 0 of the batch');
  });
});
