import { nearest } from '@millrace/core/options';
import { entryOf, itemsOf, memberOf, type Node, shown } from '../document/node.js';
import { declaredOf, typeText, valueFrom } from '../document/vars.js';
import { varTypes } from '../shapes/pipeline.js';
import type { Findings } from './findings.js';

/** Vars that tests give for one case are vars of the file, and take what those take; else only the run of that test would tell. */
export function checkCaseVars(root: Node, findings: Findings): void {
  const declared = memberOf(root, 'vars');
  // That is told where they are declared.
  if (declared !== undefined && declared.kind !== 'map') return;
  const names = declared?.entries.map(({ key }) => key) ?? [];
  for (const test of itemsOf(memberOf(root, 'tests'))) {
    const vars = memberOf(test, 'vars');
    for (const { key, keySpan, value } of vars?.kind === 'map' ? vars.entries : []) {
      const own = declared && entryOf(declared, key)?.value;
      if (own === undefined) unknown(key, keySpan, names, findings);
      else if (value.kind === 'scalar' && value.faulty === undefined) checkValue(key, own, value, findings);
    }
  }
}

function unknown(name: string, span: Node['span'], names: readonly string[], findings: Findings): void {
  const meant = nearest(name, names);
  const known = names.length === 0 ? 'the file declares no vars' : `the vars are ${names.join(', ')}`;
  findings.add('unknown-var', span, `there is no var "${name}" for this case`, {
    hint: meant === undefined ? known : `did you mean "${meant}"?`,
  });
}

function checkValue(name: string, declared: Node, value: Extract<Node, { kind: 'scalar' }>, findings: Findings): void {
  const { type, secret } = declaredOf(declared);
  // A case gives a var as `--set` does: as a text.
  if (!varTypes.includes(type) || valueFrom(type, String(value.value)) !== undefined) return;
  const told = secret ? 'something else' : shown(value);
  findings.add('wrong-value', value.span, `the var "${name}" must be ${typeText(type)}, not ${told}`);
}
