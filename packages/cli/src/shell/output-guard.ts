import { StringDecoder } from 'node:string_decoder';

export type Output = 'stdout' | 'stderr';

/** Who is told of what the code of a pipeline prints on the main thread. */
export interface OutputListener {
  /** Who prints at this moment; undefined for a sink that writes to stdout, whose output is data. */
  readonly printer: (output: Output) => string | undefined;
  /** Gets what was printed, line by line. */
  readonly onLine: (printer: string, text: string, output: Output) => void;
}

interface Line {
  readonly from: string;
  readonly output: Output;
  readonly text: string;
}

/** What has no line break yet, and bytes of a character that is not whole: pieces of a stream end anywhere. */
interface Rest extends Line {
  readonly decoder: StringDecoder;
}

type Change = (text: string) => string;

/**
 * Keeps what the code of a pipeline prints on the main thread out of stdout, and in order on stderr: `console` and `process.stdout.write` give
 * lines, from `stand` to the end of the process: modules print when they are imported, and timers that a task has left behind when the run is
 * over. Sinks are let through to stdout. The program's own data, and that of connectors, is written to the stream itself, below what is
 * replaced here.
 */
export class OutputGuard {
  /** By output and printer. */
  readonly #rests = new Map<string, Rest>();
  #listener: OutputListener;
  #held: { readonly lines: Line[]; readonly change: Change } | undefined;
  #stands = false;
  #isExiting = false;

  /** @param listener until `direct` names another */
  constructor(listener: OutputListener) {
    this.#listener = listener;
  }

  /** To be called before any code of a user is loaded. A second call does nothing. */
  stand(): void {
    if (this.#stands) return;
    this.#stands = true;
    this.#replaceWrite('stdout');
    this.#replaceWrite('stderr');
    process.on('exit', () => {
      // Others who listen to the exit may print after this.
      this.#isExiting = true;
      this.#flush();
      this.release(this.#held?.change);
    });
  }

  /** Names another listener; it stays until the next one, or the end of the process. */
  direct(listener: OutputListener): void {
    this.#flush();
    this.#listener = listener;
  }

  /**
   * Keeps lines back until they are released, at the latest when the process ends.
   *
   * @param change what is told of a text at the end of the process
   */
  hold(change: Change): void {
    this.#held = { lines: [], change };
  }

  release(change: Change = (text) => text): void {
    const lines = this.#held?.lines ?? [];
    this.#held = undefined;
    for (const { from, text, output } of lines) this.#listener.onLine(from, change(text), output);
  }

  #replaceWrite(output: Output): void {
    const stream: NodeJS.WriteStream = process[output];
    const { write } = stream;
    const guarded = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const from = this.#listener.printer(output);
      if (from === undefined) return Reflect.apply(write, stream, [chunk, ...rest]);
      const [encoding] = rest;
      const isText = typeof chunk === 'string' && !(typeof encoding === 'string' && Buffer.isEncoding(encoding));
      this.#take(from, output, isText ? chunk : Buffer.from(chunk as string, encoding as BufferEncoding));
      const done = rest.find((argument) => typeof argument === 'function');
      if (done !== undefined) queueMicrotask(() => done());
      return true;
    };
    stream.write = guarded;
  }

  #take(from: string, output: Output, chunk: string | Buffer): void {
    const key = `${output} ${from}`;
    const { text: before, decoder } = this.#rests.get(key) ?? { text: '', decoder: new StringDecoder() };
    const text = typeof chunk === 'string' ? decoder.end() + chunk : decoder.write(chunk);
    // Most that have no line break are short, but many may come: the whole is looked through once.
    const lines = text.includes('\n') ? (before + text).split('\n') : [before + text];
    this.#rests.set(key, { from, output, text: lines.pop()!, decoder });
    for (const line of lines) this.#tell({ from, output, text: line });
    if (this.#isExiting) this.#flush();
  }

  /** Tells what has no line break, as nothing more comes of it. */
  #flush(): void {
    const rests = [...this.#rests.values()];
    this.#rests.clear();
    for (const { from, output, text, decoder } of rests) {
      const last = text + decoder.end();
      if (last !== '') this.#tell({ from, output, text: last });
    }
  }

  #tell(line: Line): void {
    if (this.#held !== undefined) this.#held.lines.push(line);
    else this.#listener.onLine(line.from, line.text, line.output);
  }
}
