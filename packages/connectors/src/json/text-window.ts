import { DataError } from '../errors.js';
import { type Position, positionAfter } from '../file/position.js';
import { isOver } from '../file/text-blocks.js';
import { hasLongDigits } from './big-integers.js';

/** Where there is no more text: at the end of the file. */
export const end = -1;
/** What comes next is not known: the caller appends more text and asks again. */
export const more = -2;

const [quote, openBracket, closeBracket, openBrace, closeBrace, comma] = [...'"[]{},'].map((one) => one.charCodeAt(0));

/** The part of a JSON text that is being read, and how far it was read. Answers of `more` change nothing but what need not be looked at again. */
export class TextWindow {
  text = '';
  /** What is read up to here is done with. */
  at = 0;
  /** Place of the first character of `text`. */
  start: Position = { line: 1, column: 1 };
  /** Whether a number in the text may be too long to be one. */
  hasLongDigits = false;
  readonly file: string;
  readonly #maxItemBytes: number;
  #hasAll = false;
  /** How far the search for the end of the value at `at` has come, and how many brackets are open there. */
  #scan: { readonly at: number; readonly depth: number } | undefined;

  constructor(file: string, maxItemBytes: number) {
    this.file = file;
    this.#maxItemBytes = maxItemBytes;
  }

  append(piece: string): void {
    this.start = positionAfter(this.text.slice(0, this.at), this.start);
    this.text = this.text.slice(this.at) + piece;
    if (this.#scan !== undefined) this.#scan = { at: this.#scan.at - this.at, depth: this.#scan.depth };
    this.at = 0;
    this.hasLongDigits = hasLongDigits(this.text);
  }

  /** No more text follows. */
  finish(): void {
    this.#hasAll = true;
  }

  /** The next character that is no white space, or `end`; `at` is then its place. */
  peek(): number {
    const { text } = this;
    let at = this.at;
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    this.at = at;
    if (at < text.length) return text.charCodeAt(at);
    return this.#hasAll ? end : more;
  }

  /**
   * Where the value that begins at `at` ends, by its brackets and quotes: whether it is valid is for `JSON.parse` to say, which the text
   * before the end has to be given to.
   *
   * @throws DataError for a value of more than `maxItemBytes`
   */
  valueEnd(): number {
    const found = this.#findEnd();
    const length = (found === more ? this.text.length : found) - this.at;
    // A text has at least as many bytes as characters.
    if (length > this.#maxItemBytes || (found !== more && isOver(this.text.slice(this.at, found), this.#maxItemBytes))) {
      throw this.fault(
        `the value is longer than ${this.#maxItemBytes} bytes; raise the option "maxItemBytes" if such values are meant`,
      );
    }
    if (found !== more) this.#scan = undefined;
    return found;
  }

  /** @param offset from `at` on */
  fault(problem: string, offset = 0, options?: ErrorOptions): DataError {
    return this.faultAt(this.placeOf(this.at + offset), problem, options);
  }

  faultAt({ line, column }: Position, problem: string, options?: ErrorOptions): DataError {
    return new DataError(this.file, line, column, problem, options);
  }

  placeOf(offset: number): Position {
    return this.places()(offset);
  }

  /** The places of offsets in the text of now, for later. */
  places(): (offset: number) => Position {
    const { text, start } = this;
    return (offset) => positionAfter(text.slice(0, offset), start);
  }

  #findEnd(): number {
    const { text } = this;
    let { at, depth } = this.#scan ?? { at: this.at, depth: 0 };
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        const behind = stringEnd(text, at);
        if (behind === more) break;
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
    this.#scan = { at, depth };
    return this.#hasAll ? text.length : more;
  }
}

/** Offset behind the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return more;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
