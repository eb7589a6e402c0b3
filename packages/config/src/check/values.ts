import { withoutUrlSecrets } from '@millrace/connectors/internal/url-secrets';
import { memberOf, type Node } from '../document/node.js';
import type { ResolvedValue } from '../loaded.js';
import { pipelineShape } from '../shapes/pipeline.js';
import type { Fields, Shape } from '../shapes/shape.js';
import { nameOf } from '../shapes/stages.js';
import type { Findings } from './findings.js';

const unlisted = new Set(['$schema', 'vars', 'tests']);

/** The values of a resolved file, with those that absent options have. */
export function valuesOf(root: Node, findings: Findings): readonly ResolvedValue[] {
  return listed('', root, pipelineShape, findings).filter(({ path }) => !unlisted.has(path.split('.')[0]!));
}

function listed(path: string, node: Node, shape: Shape<unknown> | undefined, findings: Findings): readonly ResolvedValue[] {
  const origin = node.origin ?? findings.originOf(node.span);
  if (node.kind === 'scalar') {
    const value = node.secret || findings.isConcealed(node) || findings.secrets.has(String(node.value)) ? '***' : node.value;
    return [{ path, value: typeof value === 'string' ? withoutUrlSecrets(findings.redacted(value)) : value, origin }];
  }
  if (node.kind === 'list') {
    return node.items.flatMap((item, index) =>
      listed(joined(path, nameOf(item) ?? String(index)), item, shape?.itemShape, findings),
    );
  }
  const fields: Fields = shape?.fieldsOf?.(node) ?? {};
  const given = node.entries.flatMap(({ key, value }) =>
    listed(joined(path, key), value, fields[key]?.shape ?? shape?.itemShape, findings),
  );
  return [...given, ...defaults(path, node, fields)];
}

function defaults(path: string, node: Node, fields: Fields): readonly ResolvedValue[] {
  return Object.entries(fields).flatMap(([name, field]): ResolvedValue[] => {
    if (field.default === undefined || memberOf(node, name) !== undefined) return [];
    return [{ path: joined(path, name), value: field.default, origin: 'default' }];
  });
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
