import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { showProgress } from './live-progress.js';
import { moment } from './run.fixture.js';

/** Keeps what is written. */
class Screen {
  readonly isTTY: boolean;
  readonly rows: number;
  readonly written: string[] = [];
  hasColors = (): boolean => false;

  constructor(isTTY: boolean, rows = 50) {
    this.isTTY = isTTY;
    this.rows = rows;
  }

  write(text: string): void {
    this.written.push(text);
  }
}

const run = { snapshot: () => moment(1_000, 0.5) };
const block = 13;

describe('progress on a terminal', () => {
  const term = process.env.TERM;

  beforeEach(() => {
    process.env.TERM = 'xterm';
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
    process.env.TERM = term;
  });

  test('is redrawn in place ten times a second, and wiped at the end', () => {
    const screen = new Screen(true);
    const progress = showProgress(run, screen);
    jest.advanceTimersByTime(200);
    progress.stop();
    progress.stop();
    expect(screen.written).toHaveLength(3);
    expect(screen.written[0]).not.toContain(`\u001b[${block}F`);
    expect(screen.written[1]).toContain(`\u001b[${block}F`);
    expect(screen.written[2]).toBe(`\u001b[${block}F\u001b[J`);
    jest.advanceTimersByTime(1_000);
    expect(screen.written).toHaveLength(3);
  });

  test('lets a note stand above it', () => {
    const screen = new Screen(true);
    const progress = showProgress(run, screen);
    progress.note('early');
    jest.advanceTimersByTime(100);
    progress.note('later');
    jest.advanceTimersByTime(100);
    progress.stop();
    expect(screen.written[0]).toBe('early\n');
    expect(screen.written.slice(2, 4)).toEqual([`\u001b[${block}F\u001b[J`, 'later\n']);
    expect(screen.written[4]).not.toContain(`\u001b[${block}F`);
  });

  test('is never taller than the terminal', () => {
    const screen = new Screen(true, 6);
    const progress = showProgress(run, screen);
    jest.advanceTimersByTime(200);
    progress.stop();
    expect(screen.written[1]).toContain('\u001b[5F');
    expect(screen.written[1]!.split('\n')).toHaveLength(6);
  });

  test('that cannot move its cursor is lines', () => {
    process.env.TERM = 'dumb';
    const screen = new Screen(true);
    const progress = showProgress(run, screen);
    jest.advanceTimersByTime(1_000);
    progress.stop();
    expect(screen.written).toEqual([expect.stringMatching(/^nearest-airports .*\n$/)]);
  });
});

describe('progress elsewhere', () => {
  test('is a line a second, without codes', () => {
    jest.useFakeTimers();
    const screen = new Screen(false);
    const progress = showProgress(run, screen);
    jest.advanceTimersByTime(3_000);
    progress.stop();
    jest.advanceTimersByTime(3_000);
    jest.useRealTimers();
    expect(screen.written).toHaveLength(3);
    for (const line of screen.written) {
      expect(line).toMatch(/^nearest-airports 1\.0 s \| .*\n$/);
      expect(stripVTControlCharacters(line)).toBe(line);
    }
  });
});
