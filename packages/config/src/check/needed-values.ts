import { connectors } from '@millrace/connectors';
import type { Node } from '../document/node.js';

/**
 * Names of the vars without a value that tests of a file need: of all but those that stand in options of connectors alone, since tests open
 * none.
 */
export function neededByTests(root: Node): ReadonlySet<string> {
  if (root.kind !== 'map') return new Set();
  return new Set(
    root.entries.flatMap(({ key, value }) => {
      if (key === 'source' || key === 'sink') return neededByEnd(value);
      if (key === 'sources') return neededByMembers(value, neededByEnd);
      if (key === 'errors') return neededByMembers(value, (each, name) => (name === 'deadLetters' ? neededByEnd : all)(each));
      return key === 'stages' ? neededByStages(value) : all(value);
    }),
  );
}

function neededByEnd(node: Node): readonly string[] {
  return neededByMembers(node, (value, key) => (Object.hasOwn(connectors, key) ? [] : all(value)));
}

/** Branches have sinks of their own. */
function neededByStages(node: Node): readonly string[] {
  if (node.kind === 'list') return node.items.flatMap(neededByStages);
  return neededByMembers(node, (value, key) => {
    if (key === 'sink') return neededByEnd(value);
    // What the user passes on is theirs, whatever it looks like.
    return key === 'with' || key === 'operators' ? all(value) : neededByStages(value);
  });
}

function neededByMembers(node: Node, needed: (value: Node, key: string) => readonly string[]): readonly string[] {
  return node.kind === 'map' ? node.entries.flatMap(({ key, value }) => needed(value, key)) : all(node);
}

function all(node: Node): readonly string[] {
  if (node.kind === 'scalar') return node.lacks ?? [];
  return (node.kind === 'list' ? node.items : node.entries.map(({ value }) => value)).flatMap(all);
}
