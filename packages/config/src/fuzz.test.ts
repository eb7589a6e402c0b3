import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkConfig } from './check/check-config.js';
import { ConfigFolder } from './folder.fixture.js';
import { formatProblem } from './problem.js';
import { validFiles as valid } from './valid.fixture.js';

const tokens = [
  '{',
  '}',
  '[',
  ']',
  ':',
  '- ',
  '"',
  "'",
  '#',
  '&a',
  '*a',
  '<<: ',
  '!!x',
  '|',
  '>',
  '\t',
  '\n',
  '${',
  '}',
  '~',
  '0x',
  '1e999',
  '.nan',
  '\u0000',
  '\uFEFF',
  '💥',
  '__proto__: 1',
  '? ',
  '%',
  '--- ',
  '...',
  'use: ',
  'key: ',
  'toString',
  '12345678901234567890',
];

type Edit = {
  readonly kind: 'delete' | 'double' | 'swap' | 'insert' | 'cut';
  readonly at: number;
  readonly to: number;
  readonly token: string;
};

const edits = fc.array(
  fc.record({
    kind: fc.constantFrom('delete', 'double', 'swap', 'insert', 'cut'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.double({ min: 0, max: 1, noNaN: true }),
    token: fc.constantFrom(...tokens),
  }) satisfies fc.Arbitrary<Edit>,
  { minLength: 1, maxLength: 5 },
);

/** `at` and `to` are shares of the text: of its lines for whole lines, of its characters otherwise. */
function mutated(text: string, { kind, at, to, token }: Edit): string {
  const lines = text.split('\n');
  const [line, other] = [Math.floor(at * lines.length), Math.floor(to * lines.length)];
  const place = Math.floor(at * text.length);
  switch (kind) {
    case 'delete':
      return lines.filter((_, index) => index !== line).join('\n');
    case 'double':
      return lines.toSpliced(other, 0, lines[line] ?? '').join('\n');
    case 'swap':
      return text.slice(0, place) + token + text.slice(place + 1);
    case 'insert':
      return text.slice(0, place) + token + text.slice(place);
    case 'cut':
      return text.slice(0, place) + text.slice(place + Math.ceil(to * 12));
  }
}

describe('whatever a file has become', () => {
  let folder: ConfigFolder;

  beforeAll(() => {
    folder = new ConfigFolder();
  });

  afterAll(() => folder.remove());

  async function expectProblems(text: string): Promise<void> {
    const file = folder.write('p.yaml', text);
    const checked = await checkConfig(file, { env: {} });
    expect(checked.problems.some(({ severity }) => severity === 'error')).toBe(checked.loaded === undefined);
    const lines = text.replace(/^\uFEFF/, '').split('\n');
    for (const problem of checked.problems) {
      const told = formatProblem(problem, checked.text);
      expect(told).not.toMatch(/^\s+at .*:\d+/m);
      expect(told).not.toMatch(/\b(?:Cannot read properties|is not a function|is not iterable|undefined|\[object)/);
      expect(problem.line).toBeLessThanOrEqual(lines.length);
      expect(problem.column).toBeLessThanOrEqual((lines[problem.line - 1]?.length ?? 0) + 1);
      expect(problem.length).toBeGreaterThanOrEqual(1);
    }
  }

  test.each(valid.map((text, index) => [index, text] as const))('file %i is valid', async (_index, text) => {
    const { problems, loaded } = await checkConfig(folder.write('p.yaml', text), { env: {} });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(loaded).toBeDefined();
  });

  test('the check gives problems with their places, and never fails itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...valid), edits, async (text, steps) => {
        await expectProblems(steps.reduce(mutated, text));
      }),
      { numRuns: 400 },
    );
  }, 300_000);

  test('the same of any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), async (text) => {
        await expectProblems(text);
      }),
      { numRuns: 200 },
    );
  }, 300_000);
});
