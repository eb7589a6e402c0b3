import { nearest } from '@millrace/core/options';
import { type Entry, type Node, plainOf, textOf } from '../document/node.js';
import type { Argument, OperatorSpec } from '../params.js';
import { rxjsOperators } from '../rxjs.js';
import { checkReference, isReference, readReference } from './code.js';
import { type Kind, mended, type Shape, type Site, wrongValue } from './shape.js';

// `partition` makes two flows; the others make an Observable that must be connected by hand.
const noOperators = new Set([
  'default',
  'partition',
  'publish',
  'publishBehavior',
  'publishLast',
  'publishReplay',
  'multicast',
  'refCount',
]);

/** Names of RxJS's operators that a file may use. */
function operatorNames(): readonly string[] {
  names ??= Object.entries(rxjsOperators())
    .filter(([name, operator]) => typeof operator === 'function' && !noOperators.has(name))
    .map(([name]) => name)
    .sort();
  return names;
}
let names: readonly string[] | undefined;

const functionFirst = new Set(
  (
    'map filter mergeMap flatMap concatMap switchMap exhaustMap scan reduce mergeScan switchScan groupBy takeWhile skipWhile find findIndex ' +
    'every expand catchError tap audit debounce throttle delayWhen bufferWhen windowWhen retryWhen repeatWhen connect finalize'
  ).split(' '),
);

const count = (min: number): Kind => ({
  allowed: `a whole number ≥ ${min}`,
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= min,
});
const ms: Kind = { allowed: 'a number of ms ≥ 0', accepts: (value) => typeof value === 'number' && value >= 0 };
const member: Kind = { allowed: 'the name of a member', accepts: (value) => typeof value === 'string' && value !== '' };

/** What the first argument of an operator must be, where RxJS would take anything and fail when items come. */
const firstArguments: Readonly<Record<string, Kind>> = {
  ...{ take: count(0), takeLast: count(0), skip: count(0), skipLast: count(0), elementAt: count(0) },
  ...{ bufferCount: count(1), windowCount: count(1) },
  ...{ delay: ms, debounceTime: ms, throttleTime: ms, auditTime: ms, sampleTime: ms, bufferTime: ms, windowTime: ms },
  distinctUntilKeyChanged: member,
};

const allowed = 'an RxJS operator: its name, or a map of its name to its arguments ({ take: 10 })';

/** `pairwise`, `{ take: 10 }`, `{ filter: ./orders.ts#isPaid }`, `{ bufferCount: [10, 5] }`: a list is the list of arguments. */
export const operatorShape: Shape<OperatorSpec> = {
  allowed,
  schema: () => ({
    anyOf: [
      { enum: operatorNames() },
      {
        type: 'object',
        properties: Object.fromEntries(operatorNames().map((name) => [name, {}])),
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
      },
    ],
  }),
  check: (node, label, site) => {
    const name = textOf(node);
    if (name !== undefined) {
      if (isKnown(name, node, site)) checkArguments(name, [], node, site);
      return;
    }
    if (node.kind !== 'map') return wrongValue(node, label, allowed, site);
    const [entry, second] = node.entries;
    if (entry === undefined) return wrongValue(node, label, allowed, site);
    if (second !== undefined) {
      const hint = `put "- " before "${second.key}": each operator is an item of the list`;
      site.findings.add('wrong-value', second.keySpan, `"${entry.key}" and "${second.key}" are two operators in one item`, {
        hint,
      });
    }
    if (isKnown(entry.key, { ...entry.value, span: entry.keySpan }, site)) {
      checkArguments(entry.key, argumentsOf(entry), { ...entry.value, span: entry.keySpan }, site);
    }
  },
  read: (node, site) => {
    const name = textOf(node);
    if (name !== undefined) return { name, args: [] };
    const entry = node.kind === 'map' ? node.entries[0] : undefined;
    return { name: entry?.key ?? '', args: entry === undefined ? [] : argumentsOf(entry).map((arg) => argument(arg, site)) };
  },
};

function isKnown(name: string, { span }: Node, site: Site): boolean {
  if (operatorNames().includes(name)) return true;
  const meant = nearest(name, operatorNames());
  const hint = meant === undefined ? 'the operators are those of "rxjs": https://rxjs.dev/api' : `did you mean "${meant}"?`;
  site.findings.add('unknown-operator', span, `RxJS has no operator "${name}"`, { hint });
  return false;
}

function argumentsOf({ value }: Entry): readonly Node[] {
  if (value.kind === 'list') return value.items;
  return value.kind === 'scalar' && value.value === null ? [] : [value];
}

function argument(node: Node, site: Site): Argument {
  return isReference(node) ? readReference(node, site) : { value: plainOf(node) };
}

function checkArguments(name: string, args: readonly Node[], at: Node, site: Site): void {
  const [first] = args;
  const label = `the argument of "${name}"`;
  if (functionFirst.has(name)) {
    const wanted = 'a function: "./module.ts#export"';
    if (first === undefined) site.findings.add('missing-option', at.span, `"${name}" needs ${wanted}`);
    else checkReference(first, label, site, 'function', wanted);
  } else {
    const kind = Object.hasOwn(firstArguments, name) ? firstArguments[name] : undefined;
    if (kind !== undefined && first === undefined)
      site.findings.add('missing-option', at.span, `"${name}" needs ${kind.allowed}`);
    else if (kind !== undefined && first !== undefined && !kind.accepts(plainOf(first))) {
      wrongValue(first, label, kind.allowed, site, mended(first, kind.accepts));
    } else if (first !== undefined && isReference(first)) checkReference(first, label, site, 'value', 'a value');
  }
  for (const other of args.slice(1)) if (isReference(other)) checkReference(other, label, site, 'value', 'a value');
}
