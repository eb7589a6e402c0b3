/**
 * Tests of pipelines: `@millrace/core/testing`.
 *
 * - `testRun` runs a pipeline on given items, with sinks that keep what they get and time that need not be waited for.
 * - `VirtualClock` is a clock that stands still until a test moves it.
 * - `FakeSource` and `RecordingSink` stand in the place of connectors; `failing` and `hanging` make tasks fail.
 * - `matchers` are for `expect.extend` of jest and vitest; `discrepancies` finds what does not add up in a report.
 *
 * @module
 */
export { discrepancies } from './discrepancies.js';
export { FakeSource, type FakeSourceOptions } from './fake-source.js';
export { failing, hanging, type Which } from './faults.js';
export { type MatcherResult, matchers } from './matchers.js';
export { RecordingSink, type RecordingSinkOptions, type SinkCall } from './recording-sink.js';
export type { TestItems } from './test-flow.js';
export { type TestResult, type TestRunOptions, testRun } from './test-run.js';
export { VirtualClock } from './virtual-clock.js';
