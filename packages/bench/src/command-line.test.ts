import { describe, expect, test } from '@jest/globals';
import { commandText, parseCommand } from './command-line.js';

const known = ['one', 'two', 'three'];
const parsed = (...args: string[]) => parseCommand(args, known);

describe('the command line', () => {
  test('means all scenarios when it names none', () => {
    expect(parsed()).toEqual({
      kind: 'run',
      settings: {
        scenarios: known,
        rounds: 5,
        quick: false,
        limitMs: 180_000,
        json: 'out/bench/bench.json',
        svg: 'out/bench/bench.svg',
      },
    });
  });

  test('takes scenarios, in the order of the suite, and options between them', () => {
    expect(parsed('three', '--rounds', '7', 'one', '--quick', '--limit=5', '--json', 'a.json', '--svg', 'b.svg')).toEqual({
      kind: 'run',
      settings: { scenarios: ['one', 'three'], rounds: 7, quick: true, limitMs: 5_000, json: 'a.json', svg: 'b.svg' },
    });
  });

  test('makes three rounds of a quick run', () => {
    expect(parsed('--quick')).toMatchObject({ settings: { rounds: 3 } });
  });

  test('asks for the list, or for help', () => {
    expect([parsed('--list'), parsed('--help', '--list')]).toEqual([{ kind: 'list' }, { kind: 'help' }]);
  });

  test.each([
    [['four'], "there is no scenario 'four': it is one of one, two, three"],
    [['--quik'], "Unknown option '--quik': it is one of --rounds, --quick, --limit, --json, --svg, --list, --help"],
    [['--rounds', '0'], "--rounds needs a whole number from 1 to 99, not '0'"],
    [['--rounds', '1.5'], "--rounds needs a whole number from 1 to 99, not '1.5'"],
    [['--limit', 'x'], "--limit needs a whole number from 1 to 86400, not 'x'"],
    [['--json', ''], '--json needs a path'],
    [['--quick=yes'], "Option '--quick' does not take an argument"],
    [['--rounds'], "Option '--rounds <value>' argument missing"],
  ])('%j is refused in a sentence', (args, message) => {
    expect(parseCommand(args, known)).toEqual({ kind: 'wrong', message });
  });
});

describe('the command of a report', () => {
  test.each([
    [[], 'npm run bench'],
    [['cpu-0.1ms', '--rounds', '5'], 'npm run bench -- cpu-0.1ms --rounds 5'],
    [['--json', "a b'c"], "npm run bench -- --json 'a b'\\''c'"],
  ])('of %j can be pasted into a shell', (args, text) => {
    expect(commandText(args)).toBe(text);
  });
});
