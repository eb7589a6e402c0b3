import { PlanError } from '@millrace/core';
import { discardUrl } from './flow/discard.js';
import type { LoadedConfig } from './loaded.js';
import type { ConfigParams, SinkSpec, StageSpec } from './params.js';

/** What is looked at. */
export interface PreviewOptions {
  /** Name of the stage. Default: the last one, or the source where there is none. */
  readonly stage?: string | undefined;
  /** Rows at most; then the run is ended. 0 reads nothing. */
  readonly limit: number;
}

/**
 * Rows that leave a stage, as the run gives them; no sink is opened, and dead letters are dropped. Tasks run as in any run.
 *
 * @throws PlanError for a stage that the file does not name; what a run throws
 *
 * @example
 * ```ts
 * import { loadConfig, previewConfig } from '@millrace/config';
 *
 * const loaded = await loadConfig('words.yaml');
 * for await (const row of previewConfig(loaded, { stage: 'longest', limit: 3 })) console.log(row);
 * ```
 */
export async function* previewConfig(loaded: LoadedConfig, { stage, limit }: PreviewOptions): AsyncGenerator<unknown> {
  const params = previewParams(loaded, stage);
  if (limit <= 0) return;
  let left = limit;
  for await (const row of loaded.pipeline.iterate(params, loaded.runOptions)) {
    yield row;
    left -= 1;
    if (left === 0) return;
  }
}

const discard: SinkSpec = { use: { module: discardUrl, export: 'discard' }, settings: {} };

function previewParams({ params, stageNames, name }: LoadedConfig, stage: string | undefined): ConfigParams {
  const stages = stage === undefined ? openStages(params.stages) : upTo(params.stages, stage);
  if (stages === undefined) {
    const known = stageNames.map((each) => `"${each}"`).join(', ');
    throw new PlanError(
      `pipeline "${name}" has no stage "${stage}" that could be looked at: take one that the file names; the flow is ${known}`,
    );
  }
  const { sink: _none, errors, ...rest } = params;
  return { ...rest, stages, ...(errors === undefined ? {} : { errors: { deadLetters: discard } }) };
}

/** The stages without any sink: what a case would write goes on, what stands beside the flow is dropped. */
function openStages(stages: readonly StageSpec[]): readonly StageSpec[] {
  return stages.flatMap((spec): readonly StageSpec[] => {
    if (spec.kind === 'tee') return [];
    if (spec.kind !== 'route') return [spec];
    const cases = spec.cases.map(({ sink: _none, ...rest }) => ({ ...rest, stages: openStages(rest.stages) }));
    return [{ ...spec, cases }];
  });
}

/** The stages as far as the named one. Those of other cases are left out, and their items dropped. */
function upTo(stages: readonly StageSpec[], name: string): readonly StageSpec[] | undefined {
  for (const [index, spec] of stages.entries()) {
    const before = openStages(stages.slice(0, index));
    if ('name' in spec && spec.name === name) return spec.kind === 'tee' ? before : [...before, spec];
    if (spec.kind === 'tee') {
      const inside = upTo(spec.stages, name);
      if (inside !== undefined) return [...before, ...inside];
    }
    if (spec.kind !== 'route') continue;
    for (const taken of spec.cases) {
      const inside = taken.name === name ? openStages(taken.stages) : upTo(taken.stages, name);
      if (inside === undefined) continue;
      const cases = spec.cases.map(({ sink: _none, ...each }) =>
        each.name === taken.name ? { ...each, stages: inside } : { ...each, stages: [], sink: discard },
      );
      return [...before, { ...spec, cases }];
    }
  }
  return undefined;
}
