import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { trials } from './fault-specs.fixture.js';
import { type Kind, kinds } from './fault-stage.fixture.js';
import { endOfTrial } from './fault-trial.fixture.js';
import { wrongsOf } from './fault-verdict.fixture.js';

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

/** Of a run that is to be replayed; else each soak has cases of its own. */
const seed = number('MILLRACE_SOAK_SEED', Date.now() % 2 ** 31);
const path = process.env.MILLRACE_SOAK_PATH;
const cases = number('MILLRACE_SOAK_CASES', 10_000);

async function soak(lanes: boolean, of: readonly Kind[], numRuns: number): Promise<void> {
  const outcomes: Record<string, number> = {};
  const property = fc.asyncProperty(trials(lanes, of), async (spec) => {
    const ended = await endOfTrial(spec);
    outcomes[ended.outcome] = (outcomes[ended.outcome] ?? 0) + 1;
    expect(wrongsOf(spec, ended)).toEqual([]);
  });
  await fc.assert(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  console.log(`seed ${seed}: ${JSON.stringify(outcomes)}`);
}

test('random chains with random faults, on the main thread', () => soak(false, kinds, cases));

const noProcess = kinds.filter((kind) => kind !== 'cpu process');
// One in lanes costs as much as a hundred on the main thread.
test('on worker threads', () => soak(true, noProcess, Math.ceil(cases / 40)));

test('of all kinds, with child processes', () => soak(true, kinds, Math.ceil(cases / 200)));
