import { allowedText, limits, type Option, type OptionTable } from '@millrace/core/options';
import {
  type Application,
  Comment,
  Converter,
  type DeclarationReflection,
  type ProjectReflection,
  ReflectionKind,
} from 'typedoc';

/** The types that derive from the table of options, and the part of it that they derive from. */
const derived: Readonly<Record<string, OptionTable>> = {
  IoTaskOptions: limits.stage,
  IoOperatorsOptions: limits.stage,
  CpuTaskOptions: limits.stage,
  CpuOperatorsOptions: limits.stage,
  RateOptions: membersOf(limits.stage, 'rate'),
  RetryOptions: membersOf(limits.stage, 'retry'),
  ResourceLimits: membersOf(limits.stage, 'resourceLimits'),
  BatchOptions: limits.batch,
  SinkOptions: limits.sink,
  SinkBatchOptions: membersOf(limits.sink, 'batch'),
  RunOptions: limits.run,
  OperatorsOptions: limits.operators,
  FlowOptions: limits.flow,
  ObservableOptions: limits.observable,
};

/**
 * Gives each option, in the types that derive from the table of options, what the table says of it: its sentence, its default, and which numbers it
 * takes. Such a type is mapped over the table, so a property of it has no place of its own where that could be written.
 */
export function describeOptions(app: Application): void {
  // Before others look at comments.
  const early = 100;
  app.converter.on(
    Converter.EVENT_RESOLVE_BEGIN,
    ({ project }) => {
      for (const [name, table] of Object.entries(derived)) {
        for (const property of propertiesOf(project, name)) describe(property, table);
      }
    },
    early,
  );
}

function propertiesOf(project: ProjectReflection, name: string): readonly DeclarationReflection[] {
  const found = project.getReflectionsByKind(ReflectionKind.Interface).find((each) => each.name === name);
  if (found === undefined || !found.isDeclaration() || found.children === undefined) {
    throw new Error(`${name} must be exported and have the tag @interface, so that its options can be shown`);
  }
  return found.children;
}

function describe(property: DeclarationReflection, table: OptionTable): void {
  const option = table.options[property.name];
  if (option === undefined) throw new Error(`${property.getFriendlyFullName()} is not in the table of options`);
  property.comment = new Comment([{ kind: 'text', text: `${option.doc}\n\n${termsOf(option)}` }]);
  // TypeDoc takes the entry of the table for the value of the option.
  delete property.defaultValue;
}

/** What absence means, and what is taken where the type does not tell. */
function termsOf(option: Option): string {
  const isNumber = option.kind === 'integer' || option.kind === 'number' || option.kind === 'tolerance';
  const standard = option.required === true ? 'Required.' : `Default: ${defaultOf(option)}.`;
  return isNumber ? `${standard} It takes ${allowedText(option)}.` : standard;
}

function defaultOf(option: Option): string {
  if (!('default' in option) || option.default === undefined) return option.defaultText ?? 'none';
  if (typeof option.default === 'string') return `\`'${option.default}'\``;
  const { unit, default: value } = option;
  const isWholeMiB = unit === 'bytes' && typeof value === 'number' && value % 2 ** 20 === 0;
  return `\`${value}\`${unit === undefined ? '' : ` ${unit}`}${isWholeMiB ? ` (${value / 2 ** 20} MiB)` : ''}`;
}

function membersOf(table: OptionTable, name: string): OptionTable {
  const option = table.options[name];
  if (option?.kind !== 'group') throw new Error(`the option ${name} has no members`);
  return option.members;
}
