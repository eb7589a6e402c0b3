type Write = typeof process.stdout.write;

export interface GuardOptions {
  /** Who prints at this moment; undefined for a sink, whose output is data. */
  readonly printer: () => string | undefined;
  /** Gets what was printed, line by line. */
  readonly onLine: (printer: string, text: string) => void;
}

/**
 * Keeps what the code of a pipeline prints on the main thread out of stdout: `console.log` and `process.stdout.write` give lines, for as long
 * as the guard stands. Sinks are let through. Connectors write to the stream itself, below what is replaced here.
 *
 * @returns takes the guard away; the last lines, without a break, are told then
 */
export function guardStdout({ printer, onLine }: GuardOptions): () => void {
  const stdout: NodeJS.WriteStream = process.stdout;
  const write: Write = stdout.write;
  const rests = new Map<string, string>();
  const guarded = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const from = printer();
    if (from === undefined) return Reflect.apply(write, stdout, [chunk, ...rest]);
    const lines = ((rests.get(from) ?? '') + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n');
    rests.set(from, lines.pop()!);
    for (const line of lines) onLine(from, line);
    const done = rest.find((argument) => typeof argument === 'function');
    if (done !== undefined) queueMicrotask(() => done());
    return true;
  };
  stdout.write = guarded;
  return () => {
    stdout.write = write;
    for (const [from, text] of rests) if (text !== '') onLine(from, text);
    rests.clear();
  };
}
