import { type Run, stageAtWork } from '@millrace/core';
import type { Output } from '../shell/output-guard.js';
import { label, mainThread } from '../shell/printer-label.js';

/**
 * Who prints on the main thread at this moment: `[geocode#0]`, or undefined for a sink that writes to stdout, whose output is data, wherever it waits before.
 * After its first `await` a task cannot be told from others: it is taken for the only io stage when there is but one.
 */
export function printerOf(run: Run, redacted: (text: string) => string): (output: Output) => string | undefined {
  let sinks: ReadonlySet<string> | undefined;
  let onlyIo: string | undefined;
  return (output) => {
    if (sinks === undefined) {
      const { stages } = run.snapshot();
      sinks = new Set(stages.filter(({ kind }) => kind === 'sink').map(({ name }) => name));
      const io = stages.filter(({ kind }) => kind === 'io');
      onlyIo = io.length === 1 ? io[0]!.name : undefined;
    }
    const stage = stageAtWork() ?? onlyIo;
    if (stage === undefined) return mainThread;
    return output === 'stdout' && sinks.has(stage) ? undefined : label([redacted(stage)], 0);
  };
}
