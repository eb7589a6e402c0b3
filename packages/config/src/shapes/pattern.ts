import { type Node, recordOf } from '../document/node.js';
import type { PatternSpec } from '../params.js';
import { checkReference, isReference, readReference } from './code.js';
import { type Shape, type Site, wrongValue } from './shape.js';

const allowed = 'a pattern: a value, a list of alternatives, a map of members to patterns, or a function ("./module.ts#export")';

/** Which items a case takes. */
export const patternShape: Shape<PatternSpec> = {
  allowed,
  schema: () => ({}),
  check: checkPattern,
  read: readPattern,
};

function checkPattern(node: Node, label: string, site: Site): void {
  if (isReference(node)) checkReference(node, label, site, 'function', allowed);
  if (node.kind === 'list') {
    if (node.items.length === 0) wrongValue(node, label, 'a list of one alternative at least', site);
    for (const item of node.items) checkPattern(item, `an alternative of ${label}`, site);
  }
  if (node.kind === 'map') for (const { key, value } of node.entries) checkPattern(value, `"${key}"`, site);
}

function readPattern(node: Node, site: Site): PatternSpec {
  if (isReference(node)) return readReference(node, site);
  if (node.kind === 'list') return { anyOf: node.items.map((item) => readPattern(item, site)) };
  if (node.kind === 'map') return { fields: recordOf(node.entries.map(({ key, value }) => [key, readPattern(value, site)])) };
  return { is: node.value };
}
