import fc from 'fast-check';
import { type Kind, kinds, type StageSpec } from './fault-stage.fixture.js';
import type { TrialSpec } from './fault-trial.fixture.js';

const size = fc.integer({ min: 1, max: 64 });
const onError = fc.constantFrom('fail' as const, 'skip' as const, 'deadLetter' as const);
const attempts = fc.integer({ min: 1, max: 2 });

/** One in `weight + 1` has it. */
function maybe<T>(value: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

const fault = fc
  .record({
    how: fc.constantFrom(
      'throw' as const,
      'reject' as const,
      'partial' as const,
      'exit' as const,
      'wait' as const,
      'key' as const,
    ),
    every: fc.integer({ min: 10, max: 80 }),
    at: fc.nat({ max: 79 }),
    times: fc.constantFrom('once' as const, 'always' as const),
  })
  .map((spec) => ({ ...spec, at: spec.at % spec.every }));

function stages(of: readonly Kind[]): fc.Arbitrary<readonly StageSpec[]> {
  const stage = fc.record({
    kind: fc.constantFrom(...of),
    does: fc.constantFrom('pass' as const, 'filter' as const, 'expand' as const),
    by: fc.constantFrom('value' as const, 'promise' as const, 'generator' as const, 'asyncGenerator' as const),
    capacity: size,
    window: size,
    order: fc.oneof(
      { weight: 3, arbitrary: fc.constant('input' as const) },
      { weight: 1, arbitrary: fc.constant('none' as const) },
    ),
    onError,
    attempts,
    fault: maybe(fault, 2),
  });
  return fc.array(stage, { minLength: 1, maxLength: 6 });
}

const source = fc.record({
  form: fc.constantFrom('array' as const, 'generator' as const, 'asyncGenerator' as const, 'connector' as const),
  items: fc.integer({ min: 0, max: 120 }),
  end: fc.record({
    how: fc.oneof(
      { weight: 4, arbitrary: fc.constant('end' as const) },
      { weight: 1, arbitrary: fc.constantFrom('throw' as const, 'wait' as const) },
    ),
    at: fc.nat({ max: 120 }),
  }),
});

const sink = fc
  .record({
    capacity: size,
    items: size,
    concurrency: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(3) }),
    onError,
    attempts,
    turns: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) }),
    refuses: maybe(fc.record({ every: fc.integer({ min: 20, max: 80 }), at: fc.nat({ max: 19 }), named: fc.boolean() }), 3),
    breaksAt: maybe(fc.integer({ min: 1, max: 10 }), 5),
  })
  // Beside refused rows, or where rows are rejected, there is no telling whose last attempt is the write that breaks by its number.
  .map((spec) => {
    if (spec.breaksAt === undefined) return spec;
    return { ...spec, refuses: undefined, attempts: spec.onError === 'fail' ? spec.attempts : 2 };
  });

const deed = fc.record({
  kind: fc.constantFrom('cancel' as const, 'drain' as const, 'stop' as const),
  after: fc.oneof(fc.record({ delivered: fc.nat({ max: 60 }) }), fc.record({ turns: fc.nat({ max: 40 }) })),
});

/** Random chains with random faults. Only a sink can be drained, and only a reader leaves early. */
export function trials(lanes: boolean, of: readonly Kind[] = kinds): fc.Arbitrary<TrialSpec> {
  return fc
    .record({
      source,
      stages: stages(of),
      sink,
      take: maybe(fc.nat({ max: 60 }), 7),
      lanes: fc.constant(lanes),
      lettersBreak: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      consumer: fc.oneof(
        { weight: 3, arbitrary: fc.constant('sink' as const) },
        { weight: 1, arbitrary: fc.constant('iterator' as const) },
      ),
      deed: maybe(deed, 2),
    })
    .map((spec): TrialSpec => {
      if (spec.consumer === 'sink') return spec.deed?.kind === 'stop' ? { ...spec, deed: { ...spec.deed, kind: 'drain' } } : spec;
      const plain = { ...spec, sink: { ...spec.sink, concurrency: 1, refuses: undefined, breaksAt: undefined } };
      return spec.deed?.kind === 'drain' ? { ...plain, deed: { ...spec.deed, kind: 'stop' } } : plain;
    });
}
