// Writes docs/options.md from the table of options of @millrace/core; with --check it only sees whether the page is up to date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { limits } from '../packages/core/dist/declare/options/limits.js';
import { allowedText } from '../packages/core/dist/declare/options/option.js';

const page = new URL('../docs/options.md', import.meta.url);

const stageSections = [
  ['io task', '`io(name, task, options)`'],
  ['io operators', '`io(name, operators(...), options)`'],
  ['cpu task', '`cpu(name, task, options)`'],
  ['cpu operators', '`cpu(name, operators(...), options)`'],
  ['inline', 'Untagged operators', 'Operators that stand in `pipe` without a stage take no options; these values hold for them.'],
];

function text() {
  const lines = [
    '# Options',
    '',
    '<!-- Written by `npm run docs:options` from the tables in packages/core/src/declare/options. Edit those, not this page. -->',
    '',
    'Every option may be left out; `undefined` counts as left out. Options that are not listed do not compile, and from JavaScript they',
    'are refused with a `PlanError` when the flow is declared.',
  ];
  for (const [kind, title, note] of stageSections) {
    lines.push(...section(title, entriesOf(limits.stage.options, kind), note));
  }
  lines.push(...section('`fromObservable(observable, options)`', entriesOf(limits.observable.options)));
  lines.push(...section('`batch(options)`', entriesOf(limits.batch.options), 'One of `items` and `ms` at least.'));
  lines.push(...section('`flow(source, options)`', entriesOf(limits.flow.options)));
  lines.push(...section('`flow.to(sink, options)`', entriesOf(limits.sink.options)));
  lines.push(
    ...section(
      '`operators(..., options)`',
      entriesOf(limits.operators.options),
      'The last argument of `operators(...)` may be these.',
    ),
  );
  lines.push(
    ...section(
      'Runs',
      entriesOf(limits.run.options),
      'Taken by everything that runs a flow: `toArray`, `toObservable`, and the runs of a pipeline.',
    ),
  );
  return `${lines.join('\n')}\n`;
}

function section(title, entries, note) {
  const rows = entries.flatMap(([name, option]) => rowsOf(name, option));
  return [
    '',
    `## ${title}`,
    '',
    ...(note === undefined ? [] : [note, '']),
    '| option | default | allowed | meaning |',
    '|---|---|---|---|',
    ...rows,
  ];
}

function entriesOf(options, kind) {
  return Object.entries(options).filter(([, option]) => kind === undefined || option.for.includes(kind));
}

function rowsOf(name, option) {
  if (option.kind === 'group') {
    const members = Object.entries(option.members.options).flatMap(([member, of]) => rowsOf(`${name}.${member}`, of));
    return option.or === undefined ? members : [rowOf(name, option), ...members];
  }
  return [rowOf(name, option)];
}

function rowOf(name, option) {
  return `| ${[`\`${name}\``, defaultOf(option), allowedText(option), option.doc].map(cell).join(' | ')} |`;
}

function defaultOf(option) {
  if (option.default === undefined) return option.defaultText;
  if (typeof option.default === 'string') return `\`${option.default}\``;
  return option.unit === undefined ? `${option.default}` : `${option.default} ${option.unit}`;
}

function cell(words) {
  return words.replaceAll('|', '\\|');
}

function written() {
  try {
    return readFileSync(page, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

if (process.argv.includes('--check')) {
  if (written() !== text()) {
    console.error('docs/options.md is not what the table of options says: run `npm run docs:options` and commit the page');
    process.exitCode = 1;
  }
} else {
  mkdirSync(new URL('.', page), { recursive: true });
  writeFileSync(page, text());
}
