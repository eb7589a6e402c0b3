import { describe, expect, test } from '@jest/globals';
import { report } from './report.fixture.js';
import { headText, scenarioText, warningText } from './text.js';

describe('the text of a report', () => {
  test('begins with the command that makes it again, and the machine', () => {
    const [first, second] = headText(report);
    expect(first).toBe("Made by: npm run bench -- 'a & b'");
    expect(second).toBe('2026-11-21T00:00:00.000Z, Node.js v20.20.2, Linux, a "fast" <cpu>, 2 cores, 16 GiB');
  });

  test('says of a quick run that its figures are none', () => {
    expect(headText({ ...report, quick: true }).join('\n')).toContain('no figures to go by');
  });

  test('is a table of medians with their range, failures and targets below', () => {
    expect(scenarioText(report.scenarios[0]!)).toEqual([
      'one',
      'What x < y shows.',
      '',
      '  contender   role      items  items/s         min–max  / naive  / optimum',
      '  Millrace    millrace  1,000   50,000  25,000–100,000   0.500×     0.250×',
      '  peer 1.2.3  peer      1,000  100,000  50,000–200,000',
      '  hung        peer      1,000   failed',
      '',
      'FAILED hung: it hung',
      '',
      '  NOT MET        0.500×  items/s: Millrace ≥ 2 × peer',
      '                 0.500×  items/s: Millrace / peer',
      '',
    ]);
  });

  test('warns', () => {
    expect(warningText(report.warnings)).toEqual(['warning: the machine was busy']);
  });
});
