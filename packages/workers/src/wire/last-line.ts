/** A line may be of any length; its end is what tells. */
const MAX_TAIL = 4096;

/** The stack traces that Node.js writes as it aborts: they follow the line that says what happened. */
const trace = /^\s*(\d+: (0x[0-9a-f]+|.*:\d+:\d+\)?$)|-----.* stack trace -----$)/;

/** Keeps the last line of a text that comes in pieces. */
export class LastLine {
  #whole: string | undefined;
  #tail = '';

  push(text: string): void {
    const lines = (this.#tail + text).split('\n');
    this.#tail = lines.pop()!.slice(-MAX_TAIL);
    this.#whole = lines.findLast(isTelling)?.slice(-MAX_TAIL) ?? this.#whole;
  }

  /** Without its line break, LF or CRLF; blank lines and the traces of an abort do not count. */
  get line(): string | undefined {
    const line = isTelling(this.#tail) ? this.#tail : this.#whole;
    return line?.endsWith('\r') ? line.slice(0, -1) : line;
  }
}

function isTelling(line: string): boolean {
  return line.trim() !== '' && !trace.test(line);
}
