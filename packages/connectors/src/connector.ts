import type { Sink, Source } from '@millrace/core';
import type { OptionRules } from './options.js';

/** One end of a connector, as a pipeline file names it: what it takes, and how it is made. */
export interface ConnectorEnd<End> {
  /** One sentence, for people. */
  readonly doc: string;
  /** The option that code gives as the first argument: `path`, `url`. It stands among `options` too. */
  readonly first?: string;
  /** What it takes, by name; the first argument is one of them. */
  readonly options: OptionRules;
  /**
   * The source or sink, declared: nothing is opened yet.
   *
   * @throws OptionError for options that `options` does not take, or that contradict each other
   */
  readonly make: (options: Readonly<Record<string, unknown>>) => End;
}

/** A connector by its name, for those who are given names: pipeline files, the command line, the docs. */
export interface Connector {
  /** As it is called in pipeline files, and exported from this package: `csv`. */
  readonly name: string;
  /** One sentence, for people. */
  readonly doc: string;
  /** What it reads is stated by nobody: items are unknown. Absent: it cannot read. */
  readonly read?: ConnectorEnd<Source<unknown>>;
  /** What it can write is checked item by item, when it writes. Absent: it cannot write. */
  readonly write?: ConnectorEnd<Sink<never>>;
}

/** An end that code makes by `make(path, options)`. */
export function byPath<End>(
  doc: string,
  options: OptionRules,
  make: (path: never, options: never) => End,
  first = 'path',
): ConnectorEnd<End> {
  return {
    doc,
    first,
    options,
    // What the check of the connector lets through is what it takes: the one cast that erased options need.
    make: ({ [first]: path, ...rest }) => make(path as never, rest as never),
  };
}
