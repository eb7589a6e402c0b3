import { limits, type OptionTable, type StageKind } from '@millrace/core/options';
import { entryOf, memberOf, type Node, textOf } from '../document/node.js';
import type { CaseSpec, Options, StageSpec } from '../params.js';
import { code } from './code.js';
import { sinkShape } from './ends.js';
import { byKey, object, whereKey } from './object.js';
import { operatorShape } from './operators.js';
import { fieldsOf } from './options.js';
import { patternShape } from './pattern.js';
import { data, type Fields, later, list, referred, type Shape, value } from './shape.js';

export const nameShape: Shape<string> = value({
  allowed: 'a name: a string that is not empty, without control characters or white space at its ends',
  accepts: (name) => typeof name === 'string' && name !== '' && name.trim() === name && !/\p{Cc}/u.test(name),
  schema: { type: 'string', minLength: 1 },
});

const operatorsShape = list('a list of RxJS operators', referred('operator', operatorShape), 1);

const stageOptions: OptionTable['options'] = limits.stage.options;

function misplaced(kind: StageKind) {
  return (key: string): string | undefined => {
    const takers = Object.hasOwn(stageOptions, key) ? stageOptions[key]?.for?.filter((taker) => taker !== 'inline') : undefined;
    return takers === undefined ? undefined : `is for stages of ${takers.join(' or ')}, and this one is of ${kind}`;
  };
}

function tagFields(tag: 'io' | 'cpu'): Fields {
  return { [tag]: { shape: nameShape, doc: 'Name of the stage, unique in the file.', required: true } };
}

export function taskFields(tag: 'io' | 'cpu'): Fields {
  return {
    ...tagFields(tag),
    use: { shape: code('task', 'a task'), doc: 'The task: a function of the item, or a Standard Schema.', required: true },
    with: { shape: data, doc: 'Given, the export is called with it, and returns the task.' },
    ...fieldsOf(limits.stage, `${tag} task`),
  };
}

export function chainFields(tag: 'io' | 'cpu'): Fields {
  return {
    ...tagFields(tag),
    operators: { shape: operatorsShape, doc: 'RxJS operators, one after the other.', required: true },
    ...fieldsOf(limits.operators),
    ...fieldsOf(limits.stage, `${tag} operators`),
  };
}

/** A stage of one tag; whether its body is a task or operators is told by `operators`. */
function tagged(tag: 'io' | 'cpu'): Shape<StageSpec> {
  const [ofTask, ofChain] = [taskFields(tag), chainFields(tag)];
  const task = object(`a stage of ${tag} tasks`, () => ofTask, { elsewhere: misplaced(`${tag} task`) });
  const chain = object(`a stage of ${tag} operators`, () => ofChain, { elsewhere: misplaced(`${tag} operators`) });
  const shapeOf = (node: Node) => (entryOf(node, 'operators') === undefined ? task : chain);
  return {
    allowed: task.allowed,
    schema: () => whereKey('operators', chain.schema(), task.schema()),
    fieldsOf: (node) => (shapeOf(node) === chain ? ofChain : ofTask),
    check: (node, label, site) => {
      const both = shapeOf(node) === chain ? entryOf(node, 'use') : undefined;
      if (both === undefined) return shapeOf(node).check(node, label, site);
      site.findings.add('misplaced-option', both.keySpan, 'a stage has a task ("use") or "operators", not both', {
        hint: 'make two stages of it',
      });
    },
    read: (node, site) => {
      const { [tag]: name, use, with: given, operators, lineage, ...options } = shapeOf(node).read(node, site) as Options;
      const spec =
        shapeOf(node) === chain
          ? { kind: 'chain', tag, name, operators, ...(lineage === undefined ? {} : { lineage }), options }
          : { kind: 'task', tag, name, use, ...(given === undefined ? {} : { with: given }), options };
      // Its members are what the fields above read.
      return spec as StageSpec;
    },
  };
}

const inlineFields: Fields = {
  operators: { shape: operatorsShape, doc: 'RxJS operators on the event loop, one after the other.', required: true },
};
const inline: Shape<StageSpec> = read(
  object('a stage of operators', () => inlineFields, {
    elsewhere: (key) =>
      Object.hasOwn(stageOptions, key) || key === 'use'
        ? 'is for io and cpu stages: give this one a name by "io: name" or "cpu: name"'
        : undefined,
  }),
  ({ operators }) => ({ kind: 'inline', operators }),
);

const batch: Shape<StageSpec> = read(
  object('a stage that makes batches', () => ({
    batch: { shape: object('"batch"', () => fieldsOf(limits.batch)), doc: 'Makes arrays of items.', required: true },
  })),
  ({ batch: options }) => ({ kind: 'batch', options }),
);

const branchStages = {
  stages: { shape: later('stages', 'a list of stages', () => stagesShape), doc: 'Stages of the branch.', default: 'none' },
};
const openSink = { shape: sinkShape, doc: 'Where the branch ends.', default: 'its items go on behind the route' };
const named = { shape: nameShape, doc: 'Name of the branch.', required: true } as const;

const caseShape: Shape<CaseSpec> = byKey('a case of a route', {
  case: read(
    object('a case', () => ({
      case: named,
      when: {
        shape: patternShape,
        doc: 'Which items it takes: those that no case before has taken and that match.',
        required: true,
      },
      ...branchStages,
      sink: openSink,
    })),
    ({ case: name, ...rest }) => ({ ...rest, name, stages: rest.stages ?? [] }),
  ),
  otherwise: read(
    object('the last case', () => ({ otherwise: named, ...branchStages, sink: openSink })),
    ({ otherwise: name, ...rest }) => ({ ...rest, name, stages: rest.stages ?? [] }),
  ),
});

const route: Shape<StageSpec> = read(
  object('a route', () => ({
    route: {
      shape: list('a list of cases', caseShape, 1),
      doc: 'Each item goes to the first case that takes it.',
      required: true,
    },
  })),
  ({ route: cases }) => ({ kind: 'route', cases }),
);

const tee: Shape<StageSpec> = read(
  object('a branch beside the flow', () => ({
    tee: named,
    ...branchStages,
    sink: { shape: sinkShape, doc: 'Where the branch ends.', required: true },
  })),
  ({ tee: name, ...rest }) => ({ ...rest, kind: 'tee', name, stages: rest.stages ?? [] }),
);

/** A shape that reads something else of what it has checked. */
function read<A, B>(shape: Shape<A>, as: (given: Required<A>) => object): Shape<B> {
  // What is required has been checked, which the type of the fields does not tell.
  return { ...shape, read: (node, site) => as(shape.read(node, site) as Required<A>) as B };
}

const stageShape: Shape<StageSpec> = byKey<StageSpec>('a stage', {
  io: tagged('io'),
  cpu: tagged('cpu'),
  route,
  tee,
  batch,
  operators: inline,
});

export const stagesShape: Shape<readonly StageSpec[]> = list('a list of stages', stageShape);

/** Name of a stage, case or branch of the file; undefined for those without. */
export function nameOf(node: Node): string | undefined {
  for (const key of ['io', 'cpu', 'tee', 'case', 'otherwise']) {
    const name = textOf(memberOf(node, key));
    if (name !== undefined) return name;
  }
  return undefined;
}
