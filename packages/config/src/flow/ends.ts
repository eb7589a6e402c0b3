import { connectors } from '@millrace/connectors';
import type { DeadLetter, FlowSource, Sink, Source } from '@millrace/core';
import { PlanError } from '@millrace/core';
import type { EndSpec, SinkSpec, SourceSpec } from '../params.js';
import { type Code, exported } from './code.js';
import { standInSink, standInSource } from './stand-in.js';

/** @throws OptionError, PlanError */
export function sourceOf(spec: SourceSpec, code: Code): FlowSource<unknown> {
  if ('standIn' in spec) return standInSource(spec.name ?? spec.connector);
  const made = 'connector' in spec ? connectors[spec.connector]?.read?.make(spec.options) : ownEnd(spec, code);
  // What is no source is refused by flow(...), with the reason.
  const source = made as FlowSource<unknown>;
  return spec.name === undefined ? source : named(source, spec.name);
}

/** @throws OptionError, PlanError */
export function sinkOf(spec: EndSpec & Pick<SinkSpec, 'name'>, code: Code): Sink<unknown> {
  if ('standIn' in spec) return standInSink(spec.name ?? spec.connector);
  const made = 'connector' in spec ? connectors[spec.connector]?.write?.make(spec.options) : ownEnd(spec, code);
  // What is no sink is refused by to(...), with the reason.
  const sink = made as Sink<unknown>;
  return spec.name === undefined || typeof sink !== 'object' || sink === null ? sink : renamedSink(sink, spec.name);
}

function renamedSink(sink: Sink<unknown>, name: string): Sink<unknown> {
  const { check, target } = sink;
  return {
    name,
    ...(target === undefined ? {} : { target }),
    ...(check === undefined ? {} : { check: (context) => check.call(sink, context) }),
    open: (context) => sink.open(context),
  };
}

export function deadLettersOf(spec: EndSpec, code: Code): Sink<DeadLetter> {
  return sinkOf(spec, code);
}

/** A source or sink that is exported, or what an exported function makes of `with`. */
function ownEnd(spec: Exclude<EndSpec, { connector: string }>, code: Code): unknown {
  const value = exported(code, spec.use);
  if (typeof value !== 'function') return value;
  const made: unknown = 'with' in spec ? value(spec.with) : value();
  if (typeof made === 'object' && made !== null && 'then' in made) {
    throw new PlanError(`"${spec.use.export}" returned a promise: what must be awaited goes into its open()`);
  }
  return made;
}

/** Sources are told apart by name in plans, reports and tests. */
function named(source: FlowSource<unknown>, name: string): FlowSource<unknown> {
  if (typeof source === 'object' && 'open' in source && 'name' in source) return renamed(source, name);
  return source;
}

function renamed(source: Source<unknown>, name: string): Source<unknown> {
  const { maxPull, capacity, check } = source;
  return {
    name,
    ...(maxPull === undefined ? {} : { maxPull }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(check === undefined ? {} : { check: (context) => check.call(source, context) }),
    open: (context) => source.open(context),
  };
}
