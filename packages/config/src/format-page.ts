import { connectors } from '@millrace/connectors';
import { limits } from '@millrace/core/options';
import { connectorShape, fieldsOf } from './shapes/options.js';
import { pipelineFields } from './shapes/pipeline.js';
import type { Field, Fields } from './shapes/shape.js';
import { chainFields, taskFields } from './shapes/stages.js';

/** The page that tells all keys of a pipeline file, from the shapes that check them: Markdown. */
export function formatPage(): string {
  const sections = [
    section('The file', pipelineFields),
    section('A stage of io tasks', taskFields('io')),
    section('A stage of cpu tasks', taskFields('cpu')),
    section('A stage of io operators', chainFields('io')),
    section('A stage of cpu operators', chainFields('cpu')),
    section('`batch`', fieldsOf(limits.batch)),
    section('Beside the connector of a sink', fieldsOf(limits.sink)),
    section('`run`', fieldsOf(limits.run)),
    ...Object.values(connectors).flatMap(({ name, read, write }) => [
      ...(read === undefined ? [] : [section(`\`${name}\` as a source`, connectorFields(name, read), read.doc)]),
      ...(write === undefined ? [] : [section(`\`${name}\` as a sink`, connectorFields(name, write), write.doc)]),
    ]),
  ];
  return ['# Keys of a pipeline file', '', note, '', intro, ...sections].join('\n').concat('\n');
}

const note = '<!-- Written by `npm run docs:files` from the shapes of packages/config. Edit those, not this page. -->';
const intro =
  'What each key takes, and what holds without it. [The guide](guides/pipeline-files.md) shows how they are used. A key that is not listed is refused.';

function connectorFields(name: string, end: Parameters<typeof connectorShape>[1]): Fields {
  return connectorShape(name, end).fieldsOf?.({ kind: 'map', span: { start: 0, end: 0 }, entries: [] }) ?? {};
}

function section(title: string, fields: Fields, doc?: string): string {
  const head = [
    '',
    `## ${title}`,
    '',
    ...(doc === undefined ? [] : [doc, '']),
    '| key | default | takes | meaning |',
    '|---|---|---|---|',
  ];
  return [...head, ...rows(fields, '')].join('\n');
}

function rows(fields: Fields, prefix: string): readonly string[] {
  return Object.entries(fields).flatMap(([name, field]) => [
    row(`${prefix}${name}`, field),
    ...rows(groupFields(name, field), `${prefix}${name}.`),
  ]);
}

/** Members of an option such as `retry`; what has a section of its own is not among them. */
function groupFields(name: string, { shape }: Field): Fields {
  const isGroup = shape.fieldsOf !== undefined && ['retry', 'rate', 'batch', 'resourceLimits', 'errors'].includes(name);
  return isGroup ? (shape.fieldsOf?.({ kind: 'map', span: { start: 0, end: 0 }, entries: [] }) ?? {}) : {};
}

function row(name: string, { shape, doc, required, default: absent }: Field): string {
  const without = required ? 'required' : absent === undefined ? '–' : String(absent);
  return `| ${[`\`${name}\``, without, shape.allowed, doc].map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
