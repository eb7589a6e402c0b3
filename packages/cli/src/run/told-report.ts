import type { RunReport, RunSnapshot } from '@millrace/core';
import { veil } from '../shell/redact.js';
import type { Streams } from '../shell/streams.js';
import { veiled } from '../shell/veiled.js';

/**
 * A report as it may be told. What it says it has counted itself, and its sentences are made of that: only names can hold what the user wrote. So
 * it stays as it is when they do, and a secret that is a number masks no count.
 */
export function toldReport<Report extends RunReport | RunSnapshot>(report: Report, redacted: (text: string) => string): Report {
  const names = [report.pipeline, ...report.stages.map(({ name }) => name)];
  return names.every((name) => redacted(name) === name) ? report : (veiled(report, { text: redacted }) as Report);
}

/** The same for JSON. Beside counts it has one number that the user gives, the capacity of a queue. */
export function jsonReport(report: RunReport, { redacted, isSecret }: Streams): object {
  const told = toldReport(report, redacted);
  const stages = told.stages.map((stage) =>
    isSecret(stage.queue.capacity) ? { ...stage, queue: { ...stage.queue, capacity: veil } } : stage,
  );
  return { ...told, stages };
}
