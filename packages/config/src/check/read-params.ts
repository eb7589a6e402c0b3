import { memberOf, type Node } from '../document/node.js';
import { isExportRef } from '../flow/code.js';
import type { ConfigParams, EndSpec, ErrorsSpec, SourceSpec } from '../params.js';
import type { ExportRef } from '../shapes/code.js';
import { sourceShape } from '../shapes/ends.js';
import { pipelineFields } from '../shapes/pipeline.js';
import type { Site } from '../shapes/shape.js';

/** The params of a file in which nothing is wrong. */
export function readParams(root: Node, site: Site, limit: number | undefined): ConfigParams {
  const stages = memberOf(root, 'stages');
  const sink = memberOf(root, 'sink');
  const errors = memberOf(root, 'errors');
  return {
    sources: readSources(root, site),
    stages: stages === undefined ? [] : pipelineFields.stages.shape.read(stages, site),
    ...(sink === undefined ? {} : { sink: pipelineFields.sink.shape.read(sink, site) }),
    ...(errors === undefined ? {} : { errors: pipelineFields.errors.shape.read(errors, site) as ErrorsSpec }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function readSources(root: Node, site: Site): readonly SourceSpec[] {
  const one = memberOf(root, 'source');
  if (one !== undefined) return [sourceShape.read(one, site)];
  const several = memberOf(root, 'sources');
  const entries = several?.kind === 'map' ? several.entries : [];
  return entries.map(({ key, value }) => ({ ...(sourceShape.read(value, site) as EndSpec), name: key }));
}

/** URLs of the modules that params refer to, in a stable order: they are a part of the URL of the pipeline's module. */
export function modulesOf(params: ConfigParams): readonly string[] {
  const urls = new Set<string>();
  visit(params, (ref) => urls.add(ref.module));
  return [...urls].sort();
}

function visit(value: unknown, found: (ref: ExportRef) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (isExportRef(value)) {
    found(value);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    // What the user passes on is theirs, whatever it looks like.
    if (name !== 'with' && name !== 'value') visit(member, found);
  }
}

export function usesOperators(params: ConfigParams): boolean {
  return JSON.stringify(params.stages).includes('"operators":');
}
