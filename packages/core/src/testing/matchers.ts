import type { RunReport } from '../run/report/report.js';
import { discrepancies } from './discrepancies.js';

/** What a matcher of jest or vitest gives. */
export interface MatcherResult {
  /** Whether what was expected holds. */
  readonly pass: boolean;
  /** What is told when the test fails for it: what holds, or what does not. */
  readonly message: () => string;
}

/**
 * Matchers for `expect.extend(matchers)` of jest and vitest.
 *
 * - `expect(report).toReconcile()`: the counts of a report add up, and its peak is within its bound.
 * - `expect(report).toHaveOutcomes({ parse: { ok: 3, skipped: 1 } })`: the named stages have these counts.
 */
export const matchers = {
  /** That `discrepancies(report)` finds nothing. */
  toReconcile: (report: RunReport): MatcherResult => {
    const found = discrepancies(report);
    return {
      pass: found.length === 0,
      message: () =>
        found.length === 0 ? 'the counts of the report add up' : `the report does not add up:\n${found.join('\n')}`,
    };
  },
  /** That members of `StageReport`, by the name of the stage and their own, are these numbers; others may be what they like. */
  toHaveOutcomes: (report: RunReport, expected: Readonly<Record<string, Readonly<Record<string, number>>>>): MatcherResult => {
    const wrong = Object.entries(expected).flatMap(([name, counts]) => differences(report, name, counts));
    return {
      pass: wrong.length === 0,
      message: () => (wrong.length === 0 ? 'the stages have these outcomes' : wrong.join('\n')),
    };
  },
};

function differences({ stages }: RunReport, name: string, counts: Readonly<Record<string, number>>): string[] {
  const stage = stages.find((each) => each.name === name);
  if (stage === undefined) return [`there is no stage "${name}": there are ${stages.map((each) => `"${each.name}"`).join(', ')}`];
  return Object.entries(counts).flatMap(([what, count]) => {
    const found: unknown = Reflect.get(stage, what);
    return found === count ? [] : [`stage "${name}": ${what} is ${String(found)}, expected ${count}`];
  });
}
