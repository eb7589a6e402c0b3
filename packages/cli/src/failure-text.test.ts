import { expect, test } from '@jest/globals';
import { DataError } from '@millrace/connectors';
import { failureText } from './failure-text.js';

test('malformed data is told in a line, without the stack of what found it', () => {
  const error = new DataError('a.gz', 1, 1, 'the gzip file is truncated', { cause: new RangeError('unexpected end of file') });
  expect(failureText(error)).toBe('a.gz:1:1: the gzip file is truncated');
});

test("an error of a user's own code is told with its stack", () => {
  const cause = new RangeError('no such city');
  expect(failureText(new Error('stage "city" failed', { cause }))).toBe(`stage "city" failed\n${cause.stack}`);
});
