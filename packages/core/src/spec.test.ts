import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const packages = fileURLToPath(new URL('../../', import.meta.url));
const spec = readFileSync(join(packages, '../docs/spec.md'), 'utf8');

/** Rules by number, with their text. */
const rules = new Map(
  [...spec.matchAll(/^- \*\*(?<number>[A-Z]\d+)\*\* (?<text>(?:.|\n(?!- \*\*|#|\n))+)/gm)].map(({ groups }) => [
    groups!.number!,
    groups!.text!,
  ]),
);

/** Numbers at the beginning of the names of tests. */
const shown = new Set(
  ['core', 'workers', 'connectors'].flatMap((name) => {
    const source = join(packages, name, 'src');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter((file) => /\.(test|contract)\.ts$/.test(file))
      .map((file) => readFileSync(join(source, file), 'utf8'));
    return texts.flatMap((text) =>
      [...text.matchAll(/['"`](?<numbers>[A-Z]\d+(?:,? [A-Z]\d+)*) /g)].flatMap(({ groups }) => groups!.numbers!.split(/,? /)),
    );
  }),
);

test('each rule of the specification is shown by a test that has its number, or says that no test decides it', () => {
  const undecided = [...rules].filter(([number, text]) => !shown.has(number) && !/[Nn]o\s+test\s+decides/.test(text));
  expect(undecided.map(([number]) => number)).toEqual([]);
  expect(rules.size).toBeGreaterThan(150);
});

test('each number of a test is that of a rule', () => {
  const letters = new Set([...rules.keys()].map(([letter]) => letter));
  const unknown = [...shown].filter((number) => letters.has(number[0]!) && !rules.has(number));
  expect(unknown).toEqual([]);
});
