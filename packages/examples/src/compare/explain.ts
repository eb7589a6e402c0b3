import type { Row } from './comparison.js';

/** Less than this share up or down is no difference: two runs of the same program differ by as much. */
const noise = 0.2;

/** A sentence that says why a trial took so long. It is chosen by what was measured: one core, or a busy machine, gets others. */
export function explain(row: Row): string {
  const { way, ms, startMs, speedup } = row;
  if (way === 'sequential') return oneByOne(row);
  if (speedup > 1 + noise) return `${times(speedup)} as fast: ${together(row)}.`;
  const started = (speedup * ms) / (ms - startMs);
  if (started > 1 + noise) {
    const saved = speedup * ms - (ms - startMs);
    const share = startMs < saved ? ` of the ${text(saved)} that they saved` : ', more than they saved';
    return `Starting its workers took ${text(startMs)}${share}; after that, ${times(started)} as fast: ${together(row)}.`;
  }
  return `${speedup < 1 - noise ? 'Slower' : 'No faster'}: ${apart(row)}.`;
}

function oneByOne({ ms, waitMs, cpuMs }: Row): string {
  const parts = [
    ...(waitMs > 0 ? [`${text(waitMs)} of waiting`] : []),
    ...(cpuMs > noise * ms || waitMs === 0 ? [`${text(cpuMs)} of computing`] : []),
  ];
  const rest = ms - waitMs - cpuMs;
  const lost = rest > noise * ms ? `; for ${text(rest)} it had no core, as the machine had other things to do` : '';
  return `${parts.join(' and ')}, one item after another${lost}.`;
}

/** What went on at the same time. */
function together({ ms, startMs, waitMs, cores }: Row): string {
  const ofCores = `on ${cores.toFixed(1)} cores`;
  // All took less time than their waits one after another.
  if (waitMs > 0 && ms - startMs < (1 - noise) * waitMs)
    return `items waited at the same time${cores > 1 + noise ? `, and computed ${ofCores}` : ''}`;
  if (cores > 1 + noise) return `items computed at the same time, ${ofCores}`;
  if (waitMs > 0) return 'items waited while others computed';
  return `no more than one core computed (${cores.toFixed(1)}), but one after another had less of it, as the machine had other things to do`;
}

/** Why nothing was won by it. */
function apart({ ms, startMs, waitMs, cores, cpuMs, workMs }: Row): string {
  const starting = startMs > noise * ms ? `; starting its workers took ${text(startMs)}` : '';
  if (cpuMs - workMs > noise * ms)
    return `${text(cpuMs - workMs)} of computing came on top of the work, for workers and messages${starting}`;
  if (waitMs > 0) return `the time of waiting was not used${starting}`;
  const busy = cores < 1 - noise ? '; the machine had other things to do' : '';
  return `there is nothing to wait for, and no more than one core computed (${cores.toFixed(1)})${busy}${starting}`;
}

const text = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
const times = (factor: number): string => `${factor.toFixed(1)} times`;
