import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { trials } from './fault-specs.fixture.js';
import { type Kind, kinds } from './fault-stage.fixture.js';
import { endOfTrial } from './fault-trial.fixture.js';
import { wrongsOf } from './fault-verdict.fixture.js';

// To replay a failure: its printed seed and path go here.
const replay: fc.Parameters<unknown> = { seed: 20_261_125 };

async function assertAll(lanes: boolean, of: readonly Kind[], numRuns: number): Promise<void> {
  const property = fc.asyncProperty(trials(lanes, of), async (spec) => {
    expect(wrongsOf(spec, await endOfTrial(spec))).toEqual([]);
  });
  await fc.assert(property, { ...replay, numRuns });
}

const noProcess = kinds.filter((kind) => kind !== 'cpu process');

describe('a chain in which anything may break ends as the plain computation says, and each item has one fate', () => {
  test('F1 F4 F5 F26 E1 E4 E5 E6 E7 E8 R1 R2 on the main thread', () => assertAll(false, kinds, 300), 120_000);

  test('F1 F4 F5 F26 E1 E4 E5 E6 E7 E8 R1 R2 W1 W2 W3 W4 on worker threads', () => assertAll(true, noProcess, 12), 120_000);

  test('F1 F26 E4 E7 R1 W1 W2 in child processes', () => assertAll(true, ['cpu process', 'io', 'cpu'], 2), 120_000);
});
