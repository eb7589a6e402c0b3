import { expect, test } from '@jest/globals';
import { Command } from 'commander';
import { atLeastOne, setOption, wholeNumber } from './flags.js';

test('--set gathers paths and values; a value may hold an equals sign, and the last one of a path wins', () => {
  const command = new Command().addOption(setOption('values'));
  command.parse(['--set', 'a.b=1', '--set', 'query=x=y', '--set', 'a.b=2'], { from: 'user' });
  expect(command.opts()).toEqual({ set: { 'a.b': '2', query: 'x=y' } });
});

test.each(['-', '|', '#', '', ' ', 'out #1.ndjson', '"-"'])('--set hands on a value as it was written: %j', (value) => {
  const command = new Command().addOption(setOption('values'));
  command.parse(['--set', `sink.ndjson.path=${value}`], { from: 'user' });
  expect(command.opts()).toEqual({ set: { 'sink.ndjson.path': value } });
});

test.each(['', 'two', '-1', '1.5', '1e3', '9007199254740993'])('no whole number: %j', (text) => {
  expect(() => wholeNumber(text)).toThrow('It must be a whole number.');
});

test('nothing is a whole number, and not at least one', () => {
  expect(wholeNumber('0')).toBe(0);
  expect(atLeastOne('1')).toBe(1);
  expect(() => atLeastOne('0')).toThrow('It must be at least 1.');
});
