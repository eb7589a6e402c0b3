import { csv, json, lines, ndjson, tsv } from '@millrace/connectors';
import { describeSink } from './sink.contract.js';
import { describeSource } from './source.contract.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const textOf = (count: number, line: (index: number) => string) =>
  numbers(count)
    .map((index) => `${line(index)}\n`)
    .join('');

describeSource({
  name: 'csv.read',
  open: (path) => csv.read(path),
  text: (count) => `id,note\n${textOf(count, (index) => `${index},"a, ""${index}"""`)}`,
  item: (index) => ({ id: `${index}`, note: `a, "${index}"` }),
  line: (index) => index + 2,
});

describeSource({
  name: 'tsv.read',
  open: (path) => tsv.read(path),
  text: (count) => `id\tnote\n${textOf(count, (index) => `${index}\ta, ${index}`)}`,
  item: (index) => ({ id: `${index}`, note: `a, ${index}` }),
  line: (index) => index + 2,
});

describeSource({
  name: 'ndjson.read',
  open: (path) => ndjson.read<object>(path),
  text: (count) => textOf(count, (index) => JSON.stringify({ id: index, note: 'é' })),
  item: (index) => ({ id: index, note: 'é' }),
  line: (index) => index + 1,
});

describeSource({
  name: 'lines.read',
  open: (path) => lines.read(path),
  text: (count) => textOf(count, (index) => `line ${index}`),
  item: (index) => `line ${index}`,
  line: (index) => index + 1,
});

describeSink<object>({
  name: 'csv.write',
  open: (path, options) => csv.write(path, options),
  item: (index) => ({ id: index, note: 'a,b' }),
  text: (count) => `id,note\n${textOf(count, (index) => `${index},"a,b"`)}`,
  bad: { id: [1], note: '' },
});

describeSink<object>({
  name: 'tsv.write',
  open: (path, options) => tsv.write(path, options),
  item: (index) => ({ id: index, note: 'a\tb' }),
  text: (count) => `id\tnote\n${textOf(count, (index) => `${index}\t"a\tb"`)}`,
  bad: { id: [1], note: '' },
});

describeSink<unknown>({
  name: 'json.write',
  open: (path, options) => json.write(path, options),
  item: (index) => ({ id: index }),
  text: (count) =>
    `[\n${numbers(count)
      .map((index) => `{"id":${index}}`)
      .join(',\n')}\n]\n`,
  empty: '[]\n',
  bad: { id: 1n },
});

describeSink<unknown>({
  name: 'ndjson.write',
  open: (path, options) => ndjson.write(path, options),
  item: (index) => ({ id: index }),
  text: (count) => textOf(count, (index) => `{"id":${index}}`),
  bad: { id: 1n },
});

describeSink<string>({
  name: 'lines.write',
  open: (path, options) => lines.write(path, options),
  item: (index) => `line ${index}`,
  text: (count) => textOf(count, (index) => `line ${index}`),
  bad: 'two\nlines',
});
