import { limits } from '@millrace/core/options';
import { code } from './code.js';
import { deadLettersShape, sinkShape, sourceShape } from './ends.js';
import { object } from './object.js';
import { fieldsOf } from './options.js';
import { byKind, data, type Fields, list, type Shape, table, value } from './shape.js';
import { nameShape, stagesShape } from './stages.js';

const text: Shape<string> = value({
  allowed: 'a string',
  accepts: (given) => typeof given === 'string',
  schema: { type: 'string' },
});
const flag: Shape<boolean> = value({
  allowed: 'true or false',
  accepts: (given) => typeof given === 'boolean',
  schema: { type: 'boolean' },
});

export const varTypes = ['string', 'number', 'integer', 'boolean'] as const;
export type VarType = (typeof varTypes)[number];

const scalar: Shape<string | number | boolean> = value({
  allowed: 'a string, a number, true or false',
  accepts: (given) => typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean',
  schema: { type: ['string', 'number', 'boolean'] },
});

const varFields = {
  type: {
    shape: value<VarType>({
      allowed: varTypes.map((type) => `"${type}"`).join(' or '),
      accepts: (given) => varTypes.some((type) => type === given),
      schema: { enum: varTypes },
    }),
    doc: 'What its values are.',
    default: 'the type of the default, or string',
  },
  env: { shape: text, doc: 'Environment variable that gives the value.' },
  default: { shape: scalar, doc: 'The value where nothing else gives one.' },
  secret: { shape: flag, doc: 'It is shown nowhere.', default: false },
  doc: { shape: text, doc: 'What it is, for people.' },
} satisfies Fields;

/** Vars, as they are declared; looked at before all else. */
export const varsShape = table(
  'a map of names to values',
  byKind('a value, or a map of type, env, default, secret and doc', { scalar, map: object('a var', () => varFields) }),
);

const mock = byKind('a function ("./module.ts#export") or { returns: ... }', {
  scalar: code('function'),
  map: object('a mock', () => ({ returns: { shape: data, doc: 'What it returns for every item.', required: true } })),
});

const records = list('a list', data);

const testFields = {
  name: { shape: nameShape, doc: 'What must hold.', required: true },
  vars: { shape: table('a map of vars to values', scalar), doc: 'Vars that are other in this case.' },
  in: {
    shape: byKind('a list of items, or lists by the names of the sources', {
      list: records,
      map: table('lists by names of sources', records),
    }),
    doc: 'Items in the place of the source.',
    required: true,
  },
  mocks: { shape: table('a map of stages to functions', mock), doc: 'Tasks in the place of those of stages.', default: 'none' },
  out: { shape: records, doc: 'What comes out, in this order.', default: 'anything' },
  deadLetters: {
    shape: list('a list of maps', table('a map', data)),
    doc: 'What dead letters hold, as far as it is given.',
    default: 'none',
  },
  error: { shape: table('a map', data), doc: 'What the run fails with, as far as it is given.', default: 'the run completes' },
} satisfies Fields;

export const testsShape = list(
  'a list of cases',
  object('a test', () => testFields),
);

const runFields = fieldsOf(limits.run);
const deadLettersOption = limits.flow.options.deadLetters!;

export const pipelineFields = {
  $schema: { shape: text, doc: 'Where editors find the schema of this file.' },
  version: {
    shape: value<1>({ allowed: '1', accepts: (given) => given === 1, schema: { const: 1 } }),
    doc: 'Version of the format.',
    required: true,
  },
  name: { shape: nameShape, doc: 'Name of the pipeline.', required: true },
  doc: { shape: text, doc: 'What the pipeline is for.' },
  vars: { shape: varsShape, doc: `Values that the file uses as \${name}.` },
  source: { shape: sourceShape, doc: 'Where items come from.' },
  sources: { shape: table('a map of names to sources', sourceShape), doc: 'Several sources, read in turns.' },
  stages: { shape: stagesShape, doc: 'What is done with the items, step by step.', default: 'none' },
  sink: { shape: sinkShape, doc: 'Where items go.', default: 'what comes out is counted and dropped' },
  errors: {
    shape: object('"errors"', () => ({
      deadLetters: {
        shape: deadLettersShape,
        doc: deadLettersOption.doc,
        default: deadLettersOption.defaultText,
      },
      ...fieldsOf(limits.flow),
    })),
    doc: 'What becomes of items that fail.',
  },
  run: { shape: object('"run"', () => runFields), doc: 'How it runs.' },
  tests: { shape: testsShape, doc: 'Cases that must hold.', default: 'none' },
} satisfies Fields;

export const pipelineShape = object('a pipeline file', () => pipelineFields);
