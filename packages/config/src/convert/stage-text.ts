import { connectors } from '@millrace/connectors';
import { isExportRef, isFieldRef } from '../flow/code.js';
import type {
  CaseSpec,
  ConfigParams,
  EndSpec,
  ExportRef,
  OperatorSpec,
  Options,
  PatternSpec,
  SinkSpec,
  SourceSpec,
  StageSpec,
  TaskSpec,
} from '../params.js';
import { rxjs, rxjsOperators } from '../rxjs.js';
import type { Imports } from './imports.js';
import { access, literal, objectLiteral } from './literal.js';

/** What the code of a flow is written with. */
export interface Writing {
  readonly imports: Imports;
  /** Whether an export is a function, which sources and sinks of one's own may be. */
  readonly isFunction: (ref: ExportRef) => boolean;
}

const core = '@millrace/core';

/** The flow as a person would write it, a stage a line. */
export function flowText({ sources, stages, sink, errors }: ConfigParams, writing: Writing): string {
  const options = errors === undefined ? '' : `, ${errorsText(errors, writing)}`;
  // What one of several flows says holds for the run; the same words in another would make a second sink.
  const flows = sources.map(
    (source, i) => `${writing.imports.use(core, 'flow')}(${sourceText(source, writing)}${i === 0 ? options : ''})`,
  );
  const start = flows.length === 1 ? flows[0]! : `${writing.imports.use(core, 'merge')}(\n    ${flows.join(',\n    ')},\n  )`;
  return `${start}${chainText(stages, sink, writing, '    ')}`;
}

function errorsText({ deadLetters, maxErrors }: NonNullable<ConfigParams['errors']>, writing: Writing): string {
  return objectLiteral([
    ...(deadLetters === undefined ? [] : [['deadLetters', endText(deadLetters, 'write', writing)] as const]),
    ...(maxErrors === undefined ? [] : [['maxErrors', literal(maxErrors)] as const]),
  ]);
}

function chainText(stages: readonly StageSpec[], sink: SinkSpec | undefined, writing: Writing, indent: string): string {
  const lines = stages.map((stage) => stageText(stage, writing, indent));
  if (sink !== undefined) {
    const settings = Object.keys(sink.settings).length === 0 ? '' : `, ${optionsText(sink.settings, writing)}`;
    lines.push(`.to(${endText(sink, 'write', writing)}${settings})`);
  }
  return lines.map((line) => `\n${indent}${line}`).join('');
}

function stageText(stage: StageSpec, writing: Writing, indent: string): string {
  const { imports } = writing;
  switch (stage.kind) {
    case 'inline':
      return `.pipe(${stage.operators.map((operator) => operatorText(operator, writing)).join(', ')})`;
    case 'batch':
      return `.pipe(${imports.use(core, 'batch')}(${literal(stage.options)}))`;
    case 'task':
      return `.pipe(${declaration(stage.tag, stage.name, taskText(stage, writing), stage.options, writing)})`;
    case 'chain': {
      const chain = stage.operators.map((operator) => operatorText(operator, writing));
      const all = stage.lineage === undefined ? chain : [...chain, literal({ lineage: stage.lineage })];
      return `.pipe(${declaration(stage.tag, stage.name, `${imports.use(core, 'operators')}(${all.join(', ')})`, stage.options, writing)})`;
    }
    case 'tee':
      return `.tee(${literal(stage.name)}, (branch) => branch${chainText(stage.stages, stage.sink, writing, `${indent}  `)})`;
    case 'route':
      return `.route((route) =>\n${indent}  route${stage.cases.map((each) => caseText(each, writing, `${indent}    `)).join('')}${
        stage.cases.at(-1)?.when === undefined ? '' : `\n${indent}    .exhaustive()`
      })`;
  }
}

function caseText({ name, when, stages, sink }: CaseSpec, writing: Writing, indent: string): string {
  const build = `(branch) => branch${chainText(stages, sink, writing, `${indent}  `)}`;
  if (when === undefined) return `\n${indent}.otherwise(${literal(name)}, ${build})`;
  return `\n${indent}.when(${literal(name)}, ${patternText(when, writing)}, ${build})`;
}

function declaration(tag: 'io' | 'cpu', name: string, body: string, options: Options, writing: Writing): string {
  const rest = Object.keys(options).length === 0 ? '' : `, ${optionsText(options, writing)}`;
  return `${writing.imports.use(core, tag)}(${literal(name)}, ${body}${rest})`;
}

function optionsText(options: Options, writing: Writing): string {
  return objectLiteral(Object.entries(options).map(([name, value]) => [name, optionText(value, writing)]));
}

function optionText(value: unknown, writing: Writing): string {
  if (isExportRef(value)) return refText(value, writing);
  if (isFieldRef(value))
    return `(item) => item${value.field
      .split('.')
      .map((name) => `?.${access(name).replace(/^\./, '')}`)
      .join('')}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return literal(value);
  return optionsText(value as Options, writing);
}

function taskText(stage: TaskSpec, writing: Writing): string {
  const name = refText(stage.use, writing);
  return 'with' in stage ? `${name}(${literal(stage.with)})` : name;
}

function refText(ref: ExportRef, { imports }: Writing): string {
  return imports.use(ref.module, ref.export);
}

function operatorText({ name, args }: OperatorSpec, writing: Writing): string {
  const given = args.map((arg) => (isExportRef(arg) ? refText(arg, writing) : literal(arg.value)));
  // A few have another meaning there: the function that makes an Observable.
  const home = Reflect.get(rxjs(), name) === Reflect.get(rxjsOperators(), name) ? 'rxjs' : 'rxjs/operators';
  return `${writing.imports.use(home, name)}(${given.join(', ')})`;
}

function patternText(spec: PatternSpec, writing: Writing): string {
  if ('is' in spec) return literal(spec.is);
  const pattern = () => writing.imports.use('ts-pattern', 'P');
  if ('anyOf' in spec) return `${pattern()}.union(${spec.anyOf.map((each) => patternText(each, writing)).join(', ')})`;
  if ('fields' in spec)
    return objectLiteral(Object.entries(spec.fields).map(([name, each]) => [name, patternText(each, writing)]));
  return `${pattern()}.when(${refText(spec, writing)})`;
}

function sourceText(spec: SourceSpec, writing: Writing): string {
  const source = endText(spec, 'read', writing);
  return spec.name === undefined ? source : `{ ...${source}, name: ${literal(spec.name)} }`;
}

function endText(spec: EndSpec, end: 'read' | 'write', writing: Writing): string {
  if ('use' in spec) {
    const name = refText(spec.use, writing);
    if (!writing.isFunction(spec.use)) return name;
    return 'with' in spec ? `${name}(${literal(spec.with)})` : `${name}()`;
  }
  const connector = writing.imports.use('@millrace/connectors', spec.connector);
  const first = connectors[spec.connector]?.[end]?.first;
  const { [first ?? '']: given, ...rest } = spec.options;
  const args = [...(first === undefined ? [] : [literal(given)]), ...(Object.keys(rest).length === 0 ? [] : [literal(rest)])];
  return `${connector}.${end}(${args.join(', ')})`;
}
