import { DataError } from '../errors.js';
import { type Position, positionAfter } from '../file/position.js';
import { isOver } from '../file/text-blocks.js';
import { hasLongDigits } from './big-integers.js';
import { isSpace, ValueSearch } from './value-search.js';

/** Where there is no more text: at the end of the file. */
export const end = -1;
/** What comes next is not known: the caller appends more text and asks again. */
export const more = -2;

/**
 * The part of a JSON text that is being read, and how far it was read. Answers of `more` change nothing but what need not be looked at again.
 * While a value goes on, what comes is only looked through and laid aside: each character of a long value is put together once.
 */
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
  readonly #search = new ValueSearch();
  /** The value at `at` goes on behind the text, and behind all that was laid aside. */
  #goesOn = false;
  #aside: string[] = [];
  #asideLength = 0;

  constructor(file: string, maxItemBytes: number) {
    this.file = file;
    this.#maxItemBytes = maxItemBytes;
  }

  append(piece: string): void {
    this.#drop();
    if (this.#goesOn) {
      this.#aside.push(piece);
      this.#asideLength += piece.length;
      if (this.#search.endIn(piece) !== undefined) this.#join();
      return;
    }
    this.text += piece;
    this.hasLongDigits = hasLongDigits(this.text);
  }

  /** No more text follows. */
  finish(): void {
    this.#join();
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
    const length = (found === more ? this.text.length + this.#asideLength : found) - this.at;
    // A text has at least as many bytes as characters.
    if (length > this.#maxItemBytes || (found !== more && isOver(this.text.slice(this.at, found), this.#maxItemBytes))) {
      throw this.fault(
        `the value is longer than ${this.#maxItemBytes} bytes; raise the option "maxItemBytes" if such values are meant`,
      );
    }
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

  /** The places of offsets in the text of now, for later. Those that ascend are found from one to the next. */
  places(): (offset: number) => Position {
    const { text, start } = this;
    let last = { offset: 0, place: start };
    return (offset) => {
      const { offset: from, place } = offset < last.offset ? { offset: 0, place: start } : last;
      last = { offset, place: positionAfter(text.slice(from, offset), place) };
      return last.place;
    };
  }

  #findEnd(): number {
    if (this.#goesOn) return more;
    this.#search.begin();
    const found = this.#search.endIn(this.text, this.at);
    if (found !== undefined) return found;
    if (this.#hasAll) return this.text.length;
    this.#goesOn = true;
    return more;
  }

  /** What is done with. */
  #drop(): void {
    if (this.at === 0) return;
    this.start = positionAfter(this.text.slice(0, this.at), this.start);
    this.text = this.text.slice(this.at);
    this.at = 0;
  }

  /** The value ends in what was laid aside, or the file does: the search for it begins anew, once. */
  #join(): void {
    if (!this.#goesOn) return;
    this.text = [this.text, ...this.#aside].join('');
    this.#goesOn = false;
    this.#aside = [];
    this.#asideLength = 0;
    this.hasLongDigits = hasLongDigits(this.text);
  }
}
