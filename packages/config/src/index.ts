/**
 * Pipelines as files.
 *
 * @module
 */
export {};
