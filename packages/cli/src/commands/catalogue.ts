import { connectors, type OptionRules } from '@millrace/connectors';
import { allowedText, limits, type OptionTable, type StageKind } from '@millrace/core/options';

/** One option, for people. */
export interface OptionText {
  readonly name: string;
  readonly allowed: string;
  /** `required`, or what absence means. */
  readonly absent: string;
  readonly doc: string;
}

/** One thing that a pipeline file can name, or a part of it: an end of a connector, a kind of stage. */
export interface Entry {
  readonly name: string;
  /** `csv.read`, `io task`. */
  readonly title: string;
  readonly doc: string;
  readonly options: readonly OptionText[];
}

/** All that there is, by kind: what `list` lists and `describe` describes. */
export const catalogue: Readonly<Record<'connectors' | 'stages' | 'pipelines', readonly Entry[]>> = {
  connectors: Object.values(connectors).flatMap(({ name, read, write }) => [
    ...(read === undefined ? [] : [{ name, title: `${name}.read`, doc: read.doc, options: ruleTexts(read.options) }]),
    ...(write === undefined ? [] : [{ name, title: `${name}.write`, doc: write.doc, options: ruleTexts(write.options) }]),
  ]),
  stages: [
    stageEntry('io', 'io task', 'A task that waits, on the event loop.'),
    stageEntry('io', 'io operators', 'RxJS operators as a stage of their own, on the event loop.'),
    stageEntry('cpu', 'cpu task', 'A task that computes, on worker threads or processes.'),
    stageEntry('cpu', 'cpu operators', 'RxJS operators in the lanes of workers, by key.'),
    { name: 'batch', title: 'batch', doc: 'Puts items together into arrays.', options: tableTexts(limits.batch) },
    { name: 'sink', title: 'sink', doc: 'What stands beside the connector of a sink.', options: tableTexts(limits.sink) },
  ],
  pipelines: [
    { name: 'errors', title: 'errors', doc: 'What becomes of items that fail for good.', options: tableTexts(limits.flow) },
    { name: 'run', title: 'run', doc: 'How a pipeline is run.', options: tableTexts(limits.run, ['signal', 'output']) },
  ],
};

function ruleTexts(rules: OptionRules): OptionText[] {
  return Object.entries(rules).map(([name, { allowed, doc, required, default: absent }]) => ({
    ...{ name, allowed, doc },
    absent: required ? 'required' : (absent ?? 'none'),
  }));
}

function stageEntry(name: string, kind: StageKind, doc: string): Entry {
  const options = Object.entries<OptionTable['options'][string]>(limits.stage.options).filter(([, option]) =>
    option.for?.includes(kind),
  );
  return { name, title: kind, doc, options: tableTexts({ options: Object.fromEntries(options), later: [] }) };
}

/** Members of groups by their path: `retry.attempts`. */
function tableTexts({ options }: OptionTable, without: readonly string[] = [], prefix = ''): OptionText[] {
  return Object.entries(options).flatMap(([key, option]) => {
    if (without.includes(key)) return [];
    const name = `${prefix}${key}`;
    const { doc, required, defaultText } = option;
    const absent = required ? 'required' : (defaultText ?? ('default' in option ? String(option.default) : 'none'));
    if (option.kind === 'group')
      return [{ name, allowed: 'a map', absent: 'none', doc }, ...tableTexts(option.members, [], `${name}.`)];
    return [
      { name, allowed: allowedText(option), absent: option.unit === undefined ? absent : withUnit(absent, option.unit), doc },
    ];
  });
}

function withUnit(absent: string, unit: string): string {
  return /^\d+$/.test(absent) ? `${absent} ${unit}` : absent;
}
