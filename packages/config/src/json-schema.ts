import { endDefinitions } from './shapes/ends.js';
import { operatorShape } from './shapes/operators.js';
import { pipelineShape } from './shapes/pipeline.js';
import type { JsonSchema } from './shapes/shape.js';
import { stagesShape } from './shapes/stages.js';

/** The JSON Schema (draft 2020-12) of pipeline files, for editors: what the check sees, as far as a schema can. */
export function jsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A Millrace pipeline file',
    ...pipelineShape.schema(),
    anyOf: [{ required: ['source'] }, { required: ['sources'] }],
    $defs: {
      stages: stagesShape.schema(),
      operator: operatorShape.schema(),
      ...Object.fromEntries(Object.entries(endDefinitions).map(([name, shape]) => [name, shape.schema()])),
    },
  };
}
