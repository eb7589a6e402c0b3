/**
 * How runs look on a console, for scripts of your own: progress while they go on (`showProgress`), the report at their end (`reportTable`).
 *
 * @module
 */
export { type LiveProgress, type ProgressOptions, type ProgressStream, showProgress } from './live-progress.js';
export { type Paint, type Painter, paintFor } from './paint.js';
export { reportTable } from './report-table.js';
export { type Cell, type Column, table } from './table.js';
