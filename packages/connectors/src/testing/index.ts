/**
 * The contract of connectors, for those who write one: `@millrace/connectors/testing`.
 *
 * {@link sourceContract} and {@link sinkContract} give checks with a name and a `run`, which jest, vitest and node:test take alike.
 *
 * @module
 */
export type { ContractCheck } from './contract-check.js';
export { ContractError } from './contract-error.js';
export type { OpenHandles } from './handles.js';
export { type SinkContractCase, sinkContract } from './sink-contract.js';
export { type SourceContractCase, sourceContract } from './source-contract.js';
