// CPU time and memory of processes, as Linux tells them in /proc. Elsewhere there is no /proc: nothing is known of child processes then,
// and only the process itself counts.
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of /proc/PID/stat: 100 a second on every Linux that Node runs on. */
const msPerTick = 10;

/** Child processes, their children and so on, without the process itself. */
export function descendantsOf(pid: number): number[] {
  const threads = listed(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) => numbersIn(read(`/proc/${pid}/task/${thread}/children`)));
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** CPU time of this process with all its threads and all its descendants, ended ones included, in ms. */
export function cpuMsOfTree(): number {
  const { user, system } = process.cpuUsage();
  const ended = ticksOf(process.pid).ended;
  const alive = descendantsOf(process.pid).map(ticksOf);
  return (user + system) / 1000 + alive.reduce((sum, ticks) => sum + ticks.own + ticks.ended, ended) * msPerTick;
}

/** Memory of a process that is resident now. */
export function residentBytesOf(pid: number): number {
  return kilobytesIn(read(`/proc/${pid}/status`), 'VmRSS') * 1024;
}

/**
 * Most memory of this process that was ever resident. Not `resourceUsage().maxRSS`: a process inherits that from the one that started
 * it, so that small ones seem as large as the harness.
 */
export function peakBytesOfSelf(): number {
  const kilobytes = kilobytesIn(read('/proc/self/status'), 'VmHWM');
  return (kilobytes === 0 ? process.resourceUsage().maxRSS : kilobytes) * 1024;
}

/** Ticks of the process and of those of its children that have ended and were waited for. */
function ticksOf(pid: number): { readonly own: number; readonly ended: number } {
  // The second field is the name in parentheses, which may hold anything; field 14 is utime, followed by stime, cutime and cstime.
  const stat = read(`/proc/${pid}/stat`);
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = numbersIn(stat.slice(stat.lastIndexOf(')') + 3)).slice(10);
  return { own: user + system, ended: endedUser + endedSystem };
}

function kilobytesIn(status: string, field: string): number {
  const found = new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status);
  return found === null ? 0 : Number(found[1]);
}

function numbersIn(text: string): number[] {
  return text
    .split(' ')
    .filter((word) => word.trim() !== '')
    .map(Number);
}

/** Empty for a process that has ended in the meantime. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (isGone(error)) return '';
    throw error;
  }
}

function listed(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}
