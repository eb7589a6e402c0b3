export { MillraceError } from '@millrace/workers';
export type { Sink, SinkContext, Writer } from './declare/sink.js';
export type { Pull, Source, SourceContext } from './declare/source.js';
