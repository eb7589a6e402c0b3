const [quote, openBracket, closeBracket, openBrace, closeBrace, comma] = [...'"[]{},'].map((one) => one.charCodeAt(0));

/**
 * Looks for the end of a value by its brackets and quotes, in one text after another: what is behind it need not be put together before.
 * Whether the value is valid is for `JSON.parse` to say.
 */
export class ValueSearch {
  #depth = 0;
  #isInString = false;
  /** Of a string that goes on: whether a backslash stands before what comes. */
  #isEscaped = false;

  /** A value begins. */
  begin(): void {
    this.#depth = 0;
    this.#isInString = false;
    this.#isEscaped = false;
  }

  /** Offset behind the value, or of what ends it; undefined when it goes on behind the text. */
  endIn(text: string, from = 0): number | undefined {
    let at = from;
    if (this.#isInString) {
      const behind = this.#stringEnd(text, at);
      if (behind === undefined || this.#depth === 0) return behind;
      at = behind;
    }
    let depth = this.#depth;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        const behind = this.#stringEnd(text, at + 1);
        if (behind === undefined) break;
        at = behind;
        if (depth === 0) return at;
      } else if (code === openBrace || code === openBracket) {
        depth++;
        at++;
      } else if (code === closeBrace || code === closeBracket) {
        if (depth === 0) return at;
        at++;
        if (--depth === 0) return at;
      } else if (depth === 0 && (code === comma || isSpace(code))) {
        return at;
      } else {
        at++;
      }
    }
    this.#depth = depth;
    return undefined;
  }

  /** Offset behind the string whose content goes on at `from`. */
  #stringEnd(text: string, from: number): number | undefined {
    for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
      if (this.#escapes(text, from, at)) continue;
      this.#isInString = false;
      this.#isEscaped = false;
      return at + 1;
    }
    this.#isEscaped = this.#escapes(text, from, text.length);
    this.#isInString = true;
    return undefined;
  }

  /** Whether an odd number of backslashes stands before `at`: each second one is escaped itself. */
  #escapes(text: string, from: number, at: number): boolean {
    let slashes = 0;
    while (at - slashes > from && text[at - slashes - 1] === '\\') slashes++;
    if (at - slashes === from && this.#isEscaped) slashes++;
    return slashes % 2 === 1;
  }
}

/** White space of JSON. */
export function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
