import type { JsonSchema } from '@millrace/connectors';
import { endDefinitions } from './shapes/ends.js';
import { operatorShape } from './shapes/operators.js';
import { pipelineShape } from './shapes/pipeline.js';
import { stagesShape } from './shapes/stages.js';

/**
 * The JSON Schema (draft 2020-12) of pipeline files, for editors: what the check sees, as far as a schema can.
 *
 * @returns plain data, made anew by each call
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { jsonSchema } from '@millrace/config';
 *
 * await writeFile('millrace.schema.json', JSON.stringify(jsonSchema(), undefined, 2));
 * ```
 */
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
