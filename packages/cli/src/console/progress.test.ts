import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { coloured, paintFor, plain } from './paint.js';
import { progressBlock, progressLine } from './progress.js';
import { moment } from './run.fixture.js';

describe('the progress block', () => {
  test('shows each stage with its counts, rate, queue and use of time', () => {
    expect(progressBlock(moment(2_000, 0.5), moment(1_000, 0.25), plain)).toEqual([
      '',
      '  nearest-airports  running  2.0 s',
      '',
      '  stage           kind           out       rate  waiting           time',
      '  csv.read        source      21,025   10,513/s                    █▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒',
      '  nearest         cpu × 2     21,025   10,513/s  ━━━━━─── 640      ████▒▒▒▒▒▒▒▒▒▒▒▒',
      '  inline-1        inline       6,804    3,402/s                    ████████████████',
      '  departures      io           6,804    3,402/s  ━━━━━━━━ 1,024    ████████████████',
      '  ndjson.write    sink         6,804    3,402/s  ━─────── 1        ················',
      '',
      '  6,804 delivered of 21,025 read, 3,210 items in memory',
      '  █ busy  ▒ blocked (no room ahead)  · starved (no input)',
      '  Ctrl-C drains: what was read is finished and written. Twice cancels.',
    ]);
  });

  test('takes rates from the start while there is no earlier moment', () => {
    expect(progressBlock(moment(2_000, 0.5), undefined, plain)[4]).toContain('10,513/s');
  });

  test('before anything happened has no rates, no bars and nothing that is not a number', () => {
    const block = progressBlock(moment(0, 0, []), undefined, plain).join('\n');
    expect(block).not.toMatch(/NaN|Infinity|[█▒]\S*\n/);
  });

  test('while draining says what a second Ctrl-C does', () => {
    const block = progressBlock({ ...moment(2_000, 0.5), state: 'draining' }, undefined, plain);
    expect(block[1]).toContain('draining');
    expect(block.at(-1)).toContain('Ctrl-C again cancels');
  });

  test('is as wide with colours as without, and never wider than 100 columns', () => {
    const [now, earlier] = [moment(3_600_000, 100), moment(3_598_000, 99)];
    const lines = progressBlock(now, earlier, coloured).map(stripVTControlCharacters);
    expect(lines).toEqual(progressBlock(now, earlier, plain));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('only a full queue looks full', () => {
    const block = progressBlock(moment(2_000, 0.5, [0, 1_023, 0, 0, 0]), undefined, plain);
    expect(block[5]).toContain('━━━━━━━─ 1,023');
    expect(block[7]).toContain('──────── 0');
  });
});

describe('the progress line', () => {
  test('tells the counts, the recent rate and where most items wait', () => {
    expect(progressLine(moment(3_000, 0.5), moment(2_000, 0.25))).toBe(
      'nearest-airports 3.0 s | 21,025 read | 6,804 delivered (3,402/s) | most wait at departures (1,024)',
    );
  });

  test('tells a state that is not the usual one', () => {
    expect(progressLine({ ...moment(3_000, 0.5), state: 'draining' }, undefined)).toMatch(/^nearest-airports draining 3\.0 s \|/);
  });

  test('says so when nothing waits', () => {
    expect(progressLine(moment(3_000, 0.5, []), undefined)).toMatch(/none waits$/);
  });
});

describe('colours', () => {
  test('are for terminals that have them', () => {
    expect(paintFor({ isTTY: true, hasColors: () => true })).toBe(coloured);
    expect(paintFor({ isTTY: true, hasColors: () => false })).toBe(plain);
    expect(paintFor({ hasColors: () => true }, {})).toBe(plain);
  });
});

describe('the time that is left', () => {
  test('is told by the mean rate so far when the number of items is known', () => {
    // Half of the items were read in 2 s.
    const now = moment(2_000, 0.5);
    expect(progressLine(now, undefined, now.read * 2)).toMatch(/ \| about 2\.0 s left$/);
    expect(progressBlock(now, undefined, plain, now.read * 2)).toContainEqual(
      expect.stringMatching(/in memory, about 2\.0 s left$/),
    );
  });

  test('is not told when the number is not known, nothing was read, or all was', () => {
    for (const line of [
      progressLine(moment(2_000, 0.5), undefined),
      progressLine(moment(2_000, 0), undefined, 10),
      progressLine(moment(2_000, 1), undefined, moment(2_000, 1).read),
    ])
      expect(line).not.toContain('left');
  });
});

test.each([
  ['1', coloured],
  ['', coloured],
  ['0', plain],
  ['false', plain],
  [undefined, plain],
])('where there is no terminal FORCE_COLOR alone makes colours: %j', (FORCE_COLOR, paint) => {
  expect(paintFor({}, { FORCE_COLOR })).toBe(paint);
});
