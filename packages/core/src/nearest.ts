// For connectors alone, whose lanes need not load the options of core for it.
export { nearest } from '@millrace/workers/internal/nearest';
