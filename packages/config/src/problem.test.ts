import { describe, expect, test } from '@jest/globals';
import { formatProblem, type Problem } from './problem.js';

const problem: Problem = {
  ...{ file: 'p.yaml', line: 2, column: 3, length: 4, severity: 'error', rule: 'unknown-option' },
  message: 'there is no "keyy"',
};

describe('a problem is told', () => {
  test('with its line, a caret under what is wrong, and the hint', () => {
    expect(formatProblem({ ...problem, hint: 'did you mean "key"?' }, 'a: 1\r\n  keyy: 2\r\n')).toBe(
      'p.yaml:2:3: error: there is no "keyy"\n    2 |   keyy: 2\n      |   ^^^^\n  did you mean "key"?',
    );
  });

  test('with tabs before the caret where the line has tabs', () => {
    expect(formatProblem({ ...problem, line: 1, column: 2, length: 1 }, '\tx')).toContain('    1 | \tx\n      | \t^');
  });

  test('with a part of a long line, in which the caret is right', () => {
    const text = `${'a'.repeat(500)}KEYY${'b'.repeat(500)}`;
    const [, line, carets] = formatProblem({ ...problem, line: 1, column: 501 }, text).split('\n');
    expect(line!.length).toBeLessThan(200);
    expect(line!.slice(carets!.indexOf('^'), carets!.lastIndexOf('^') + 1)).toBe('KEYY');
  });

  test('without a line where there is none', () => {
    expect(formatProblem({ ...problem, line: 3, severity: 'warning' }, 'a\n\n')).toBe('p.yaml:3:3: warning: there is no "keyy"');
  });

  test('with a caret that does not go beyond its line', () => {
    expect(formatProblem({ ...problem, line: 1, column: 3, length: 99 }, 'abcd')).toContain('      |   ^^');
    expect(formatProblem({ ...problem, line: 1, column: 3, length: 99 }, 'abcd')).not.toContain('^^^');
  });
});
