export type Output = 'stdout' | 'stderr';

export interface GuardOptions {
  /** Who prints at this moment; undefined for a sink that writes to stdout, whose output is data. */
  readonly printer: (output: Output) => string | undefined;
  /** Gets what was printed, line by line. */
  readonly onLine: (printer: string, text: string, output: Output) => void;
}

type Write = typeof process.stdout.write;

/**
 * Keeps what the code of a pipeline prints on the main thread out of stdout, and in order on stderr: `console` and `process.stdout.write` give
 * lines, for as long as the guard stands. Sinks are let through to stdout. Connectors write to the stream itself, below what is replaced here.
 *
 * @returns takes the guard away; the last lines, without a break, are told then
 */
export function guardOutput(options: GuardOptions): () => void {
  const unguards = (['stdout', 'stderr'] as const).map((output) => guard(output, options));
  return () => {
    for (const unguard of unguards) unguard();
  };
}

function guard(output: Output, { printer, onLine }: GuardOptions): () => void {
  const stream: NodeJS.WriteStream = process[output];
  const write: Write = stream.write;
  const rests = new Map<string, string>();
  const guarded = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const from = printer(output);
    if (from === undefined) return Reflect.apply(write, stream, [chunk, ...rest]);
    const lines = ((rests.get(from) ?? '') + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n');
    rests.set(from, lines.pop()!);
    for (const line of lines) onLine(from, line, output);
    const done = rest.find((argument) => typeof argument === 'function');
    if (done !== undefined) queueMicrotask(() => done());
    return true;
  };
  stream.write = guarded;
  return () => {
    stream.write = write;
    for (const [from, text] of rests) if (text !== '') onLine(from, text, output);
    rests.clear();
  };
}
