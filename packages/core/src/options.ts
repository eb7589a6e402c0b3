/**
 * The options of stages, sinks, flows and runs as data: `@millrace/core/options`. For those who are given options by name and must say
 * what is wrong with them: pipeline files, the command line, the docs.
 *
 * @module
 */
import { limits as tables } from './declare/options/limits.js';
import type { OptionTables } from './declare/options/option.js';

export { nearest } from '@millrace/workers/internal/nearest';
export {
  allowedText,
  type BooleanOption,
  type ChoiceOption,
  type Described,
  type FunctionOption,
  type GroupOption,
  type IntegerOption,
  type NumberOption,
  type Option,
  type OptionTable,
  type OptionTables,
  type SignalOption,
  type SinkOption,
  type StageKind,
  type ToleranceOption,
} from './declare/options/option.js';
export { isTolerance } from './declare/tolerance.js';

/** All options there are. Types, defaults, checks and `docs/options.md` derive from this one table. */
export const limits: OptionTables = tables;
