import type { Contender, Outcome, Size } from './contender.js';
import type { Scenario } from './scenario.js';
import type { Measure, TrialOrder } from './trial/measure.js';
import { trial } from './trial/trial.js';

/** What the rounds of a scenario have in common. */
export interface RoundsOptions {
  /** URL of the module that exports `scenarios`, for the processes of the trials. */
  readonly suite: string;
  readonly rounds: number;
  readonly quick: boolean;
  readonly turnsPerMs: number;
  readonly limitMs: number;
  /** Awaited before every trial, while nothing else of the bench runs. */
  readonly before: (contender: Contender, round: number) => Promise<void>;
}

export interface ContenderResult {
  readonly contender: Contender;
  readonly size: Size;
  readonly measures: readonly Measure[];
  /** Why it was given up. */
  readonly failure?: string;
}

/**
 * Runs all contenders of a scenario in every round, each time in a fresh process. The rounds begin with another contender each, so that
 * none always runs after the same one. A contender that fails once, or has a wrong outcome, is not tried again.
 */
export async function playRounds(scenario: Scenario, options: RoundsOptions): Promise<ContenderResult[]> {
  const expected = expectations(scenario);
  const results = scenario.contenders.map((contender) => new Result(contender, sizeOf(scenario, contender, options)));
  for (let round = 0; round < options.rounds; round++) {
    for (const result of rotated(results, round)) {
      if (result.failure !== undefined) continue;
      await options.before(result.contender, round);
      const outcome = await trial(orderOf(scenario, result, options), options.limitMs);
      if (outcome.kind === 'failed') result.failure = outcome.why;
      else result.add(outcome.measure, expected(result.size));
    }
  }
  return results;
}

/** The values from `by` on, then those before. */
function rotated<T>(values: readonly T[], by: number): T[] {
  const at = values.length === 0 ? 0 : by % values.length;
  return [...values.slice(at), ...values.slice(0, at)];
}

class Result implements ContenderResult {
  readonly contender: Contender;
  readonly size: Size;
  readonly measures: Measure[] = [];
  failure?: string;

  constructor(contender: Contender, size: Size) {
    this.contender = contender;
    this.size = size;
  }

  add(measure: Measure, expected: Outcome): void {
    const { count, checksum } = measure;
    if (count === expected.count && checksum === expected.checksum) this.measures.push(measure);
    else
      this.failure = `wrong result: ${count} outputs with checksum ${checksum}, where ${expected.count} with ${expected.checksum} were due`;
  }
}

function sizeOf({ items }: Scenario, { share }: Contender, { quick, turnsPerMs }: RoundsOptions): Size {
  return { items: shareOf(quick ? items.quick : items.full, share), turnsPerMs };
}

function shareOf(items: number, share = 1): number {
  return Math.max(1, Math.round(items * share));
}

function orderOf(scenario: Scenario, { contender, size }: Result, { suite }: RoundsOptions): TrialOrder {
  const warmUp = { ...size, items: shareOf(scenario.items.warmUp, contender.share) };
  return { suite, scenario: scenario.name, contender: contender.name, warmUp, measured: size };
}

/** Each number of items is computed once: it is the whole work of the scenario. */
function expectations(scenario: Scenario): (size: Size) => Outcome {
  const known = new Map<number, Outcome>();
  return (size) => {
    const outcome = known.get(size.items) ?? scenario.expect(size);
    known.set(size.items, outcome);
    return outcome;
  };
}
