/**
 * Pipelines as files: YAML or JSON that declares what code would, checked to the character.
 *
 * - {@link loadConfig} reads a file: what it gives has a `pipeline`, and the `params` and options to run it with.
 * - {@link checkConfig} finds all that is wrong with a file; {@link formatProblem} tells one as a compiler does.
 * - {@link testConfig} runs the cases of a file, {@link previewConfig} shows rows at a stage.
 * - {@link replayConfig} puts dead letters into the flow again, each at its stage; {@link lettersIn} reads them.
 * - {@link jsonSchema} is the schema of the format, for editors; {@link convertConfig} makes a TypeScript module of a file.
 *
 * @module
 */
export { type CheckedConfig, checkConfig } from './check/check-config.js';
export { convertConfig } from './convert/convert-config.js';
export { ConfigError, LetterError, ReplayError } from './errors.js';
export { type LetterPull, lettersIn } from './flow/letters.js';
export { jsonSchema } from './json-schema.js';
export { loadConfig } from './load-config.js';
export type { ConfigMock, ConfigPlace, ConfigTest, LoadedConfig, LoadOptions, ResolvedValue } from './loaded.js';
export type { ConfigParams, NumberRange } from './params.js';
export { type PreviewOptions, previewConfig } from './preview.js';
export { formatProblem, type Problem, type Severity } from './problem.js';
export { type Replay, type ReplayOptions, type ReplaySink, replayConfig } from './replay/replay-config.js';
export type { ReplayLock } from './replay/replay-lock.js';
export type { Settled } from './replay/settled.js';
export type { LetterChoice, StayingLetters, Survey } from './replay/survey.js';
export type { ExportRef } from './shapes/code.js';
export { type CaseResult, type TestConfigOptions, testConfig } from './tests/test-config.js';
