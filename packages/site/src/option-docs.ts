import { allowedText, limits, type Option, type OptionTable } from '@millrace/core/options';
import {
  type Application,
  Comment,
  type Context,
  Converter,
  DeclarationReflection,
  type ProjectReflection,
  ReferenceType,
  ReflectionKind,
  ReflectionType,
  type SomeType,
} from 'typedoc';

/** The types that derive from the table of options, and the part of it that they derive from. */
const derived: Readonly<Record<string, OptionTable>> = {
  IoTaskOptions: limits.stage,
  IoOperatorsOptions: limits.stage,
  CpuTaskOptions: limits.stage,
  CpuOperatorsOptions: limits.stage,
  BatchOptions: limits.batch,
  SinkOptions: limits.sink,
  RunOptions: limits.run,
  OperatorsOptions: limits.operators,
  FlowOptions: limits.flow,
  ObservableOptions: limits.observable,
  RateOptions: limits.stage.options.rate.members,
};

/** Types that only derive: what they stand for is shown in their place. */
const inlined = ['OptionsOf', 'GroupOf', 'ValueOf'];

const tableFile = /\/core\/src\/declare\/limits\.ts$/;

/**
 * Shows types that derive from the table of options as interfaces: each option with its type, its sentence, its default and what it takes. TypeDoc
 * by itself shows a mapped type. The table as a value is shown by its parts.
 */
export function describeOptions(app: Application): void {
  const found = new Map<DeclarationReflection, OptionTable>();
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const table = reflection.kind === ReflectionKind.TypeAlias ? derived[reflection.name] : undefined;
    if (table === undefined || !isFromTable(context, reflection)) return;
    found.set(reflection, table);
    asInterface(context, reflection);
  });
  app.converter.on(
    Converter.EVENT_RESOLVE_BEGIN,
    ({ project }) => {
      for (const [reflection, table] of found) {
        // TypeDoc converts the type of an alias after the event.
        withoutType(project, reflection);
        for (const child of reflection.children ?? []) describe(child, table);
      }
      const missing = Object.keys(derived).filter((name) => ![...found.keys()].some((each) => each.name === name));
      if (missing.length > 0)
        app.logger.error(`these types are not derived from the table of options: ${missing.join(', ')}` as never);
      showTable(project);
    },
    // Before what looks for comments.
    100,
  );
}

function isFromTable(context: Context, reflection: DeclarationReflection): boolean {
  const [declaration] = context.getSymbolFromReflection(reflection)?.declarations ?? [];
  return declaration !== undefined && tableFile.test(declaration.getSourceFile().fileName);
}

function asInterface(context: Context, reflection: DeclarationReflection): void {
  const symbol = context.getSymbolFromReflection(reflection)!;
  reflection.kind = ReflectionKind.Interface;
  const inside = context.withScope(reflection);
  for (const name of inlined) inside.inlineType.add(name);
  for (const option of context.checker.getDeclaredTypeOfSymbol(symbol).getProperties())
    context.converter.convertSymbol(inside, option);
}

function withoutType(project: ProjectReflection, reflection: DeclarationReflection): void {
  project.removeTypeReflections(reflection.type);
  delete reflection.type;
}

function describe(property: DeclarationReflection, table: OptionTable): void {
  const option = table.options[property.name];
  if (option === undefined) throw new Error(`${property.getFriendlyFullName()} is not in the table of options`);
  property.comment = new Comment([{ kind: 'text', text: `${option.doc}\n\n${termsOf(option)}` }]);
  // The value of an entry is not the value of the option.
  delete property.defaultValue;
  if (option.kind === 'group') for (const member of literalsIn(property.type)) describe(member, option.members);
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

/** Properties of the object types that a type consists of. */
function literalsIn(type: SomeType | undefined): DeclarationReflection[] {
  switch (type?.type) {
    case 'reflection':
      return type.declaration.children ?? [];
    case 'union':
    case 'intersection':
      return type.types.flatMap(literalsIn);
    default:
      return [];
  }
}

/** The table itself is named by its parts; its text as a type is long and tells nothing that the types of options do not. */
function showTable(project: ProjectReflection): void {
  const optionTable = project.getReflectionsByKind(ReflectionKind.Interface).find(({ name }) => name === 'OptionTable');
  const variable = project.getReflectionsByKind(ReflectionKind.Variable).find(({ name }) => name === 'limits');
  if (!(variable instanceof DeclarationReflection) || optionTable === undefined)
    throw new Error('limits and OptionTable are not exported');
  withoutType(project, variable);
  const literal = new DeclarationReflection('__type', ReflectionKind.TypeLiteral, variable);
  project.registerReflection(literal, undefined, undefined);
  for (const part of Object.keys(limits)) {
    const property = new DeclarationReflection(part, ReflectionKind.Property, literal);
    const owners = Object.keys(derived).filter((name) => derived[name] === limits[part as keyof typeof limits]);
    property.comment = new Comment([
      { kind: 'text', text: `Derived from it: ${owners.map((name) => `\`${name}\``).join(', ')}.` },
    ]);
    property.type = ReferenceType.createResolvedReference(optionTable.name, optionTable, project);
    project.registerReflection(property, undefined, undefined);
    literal.addChild(property);
  }
  variable.type = new ReflectionType(literal);
}
