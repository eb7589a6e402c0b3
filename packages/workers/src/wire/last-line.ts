/** A line without an end may be of any length; its end is what tells. */
const MAX_TAIL = 4096;

/** A native stack trace, which follows the line that says what happened. */
const nativeTrace = /^\s*(\d+: 0x[0-9a-f]+|----- Native stack trace -----)/;

/** Keeps the last line of a text that comes in pieces. */
export class LastLine {
  #whole: string | undefined;
  #tail = '';

  push(text: string): void {
    const lines = (this.#tail + text).split('\n');
    this.#tail = lines.pop()!.slice(-MAX_TAIL);
    this.#whole = lines.findLast(isTelling) ?? this.#whole;
  }

  /** Without its line break; blank lines and native stack traces do not count. */
  get line(): string | undefined {
    return isTelling(this.#tail) ? this.#tail : this.#whole;
  }
}

function isTelling(line: string): boolean {
  return line.trim() !== '' && !nativeTrace.test(line);
}
