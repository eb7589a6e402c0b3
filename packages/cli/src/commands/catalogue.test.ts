import { expect, test } from '@jest/globals';
import { connectors } from '@millrace/connectors';
import { catalogue } from './catalogue.js';

test('every end of every connector is there, with all its options', () => {
  const ends = Object.values(connectors).flatMap(({ name, read, write }) => [
    ...(read ? [[`${name}.read`, Object.keys(read.options)]] : []),
    ...(write ? [[`${name}.write`, Object.keys(write.options)]] : []),
  ]);
  expect(catalogue.connectors.map(({ title, options }) => [title, options.map(({ name }) => name)])).toEqual(ends);
});

test('a kind of stage has the options that it takes, those of groups by their path', () => {
  const of = (title: string) => catalogue.stages.find((entry) => entry.title === title)?.options.map(({ name }) => name);
  expect(of('io task')).toEqual(expect.arrayContaining(['concurrency', 'retry', 'retry.attempts', 'rate.perMs']));
  expect(of('io task')).not.toContain('workers');
  expect(of('cpu task')).toContain('workers');
});

test('what only code can give to a run is left out', () => {
  expect(catalogue.pipelines.find(({ name }) => name === 'run')?.options.map(({ name }) => name)).not.toContain('signal');
});
