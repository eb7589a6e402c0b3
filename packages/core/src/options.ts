/**
 * The options of stages, sinks, flows and runs as data: `@millrace/core/options`. For those who are given options by name and must say
 * what is wrong with them: pipeline files, the command line, the docs.
 */
export { nearest } from './declare/did-you-mean.js';
export { limits } from './declare/limits.js';
export { allowedText, type Option, type OptionTable, type StageKind } from './declare/option.js';
export { isTolerance } from './declare/tolerance.js';
