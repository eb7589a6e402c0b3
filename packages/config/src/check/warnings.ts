import { entryOf, itemsOf, memberOf, type Node, textOf } from '../document/node.js';
import type { Var } from '../document/vars.js';
import type { Findings } from './findings.js';

/** What is allowed, and likely not meant. */
export function addWarnings(root: Node, vars: ReadonlyMap<string, Var>, findings: Findings): void {
  const severity = 'warning' as const;
  for (const { name, used, keySpan } of vars.values()) {
    if (!used)
      findings.add('unused-var', keySpan, `the var "${name}" is used nowhere`, {
        severity,
        hint: `write "$\{${name}}" where it belongs`,
      });
  }
  const errors = memberOf(root, 'errors');
  const policies = onErrors(memberOf(root, 'stages'), memberOf(root, 'sink'));
  const maxErrors = entryOf(errors, 'maxErrors');
  if (maxErrors !== undefined && !policies.some((policy) => policy === 'skip' || policy === 'deadLetter')) {
    const hint = 'set onError: skip or onError: deadLetter where items may fail';
    findings.add('idle-option', maxErrors.keySpan, 'no stage skips or dead-letters items, so the first error ends the run', {
      severity,
      hint,
    });
  }
  const letters = entryOf(errors, 'deadLetters');
  if (letters !== undefined && !policies.includes('deadLetter')) {
    const hint = 'set onError: deadLetter where items may fail';
    findings.add('idle-option', letters.keySpan, 'no stage writes dead letters', { severity, hint });
  }
}

function onErrors(stages: Node | undefined, sink: Node | undefined): readonly (string | undefined)[] {
  const inside = itemsOf(stages).flatMap((stage) => [
    textOf(memberOf(stage, 'onError')),
    ...[stage, ...itemsOf(memberOf(stage, 'route'))].flatMap((branch) =>
      onErrors(memberOf(branch, 'stages'), memberOf(branch, 'sink')),
    ),
  ]);
  return [textOf(memberOf(sink, 'onError')), ...inside];
}
