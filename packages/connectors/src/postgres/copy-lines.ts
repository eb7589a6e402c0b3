import { Buffer } from 'node:buffer';

const tab = 9;
const newline = 10;
const point = 46;
const zero = 48;
const backslash = 92;
const nullLetter = 78;

/** Up to this many characters a text is looked at and copied in one pass; beyond, the passes of the engine are faster. */
const shortText = 64;
/** Bytes that any number takes which is written digit by digit. */
const numberBytes = 16;

/** All that means something to COPY. */
const special = /[\\\t\n\r]/;
const specials = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/**
 * Lines of the text format of COPY, as they lie on the wire: fields between tabs, `\N` for NULL. They are written into a buffer byte by byte: a
 * text of a batch that is joined, searched, and then encoded is three passes, and much for the garbage collector.
 */
export class CopyLines {
  readonly #firstBytes: number;
  #bytes = Buffer.alloc(0);
  #length = 0;

  /** @param firstBytes room that is made with the first line: about as much as there will be before it is taken */
  constructor(firstBytes = 16 * 1024) {
    this.#firstBytes = firstBytes;
  }

  /** Bytes that were written and not taken. */
  get length(): number {
    return this.#length;
  }

  /** Forgets what was written behind so many bytes. */
  cutTo(length: number): void {
    this.#length = length;
  }

  /** What was written; the next lines begin anew. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    return bytes;
  }

  /** Between two fields. */
  nextField(): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = tab;
  }

  endLine(): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = newline;
  }

  /** A field that is NULL. */
  nothing(): void {
    this.#reserve(2);
    this.#bytes[this.#length++] = backslash;
    this.#bytes[this.#length++] = nullLetter;
  }

  /** A field. False, and nothing is written, when the server cannot store it: see `unstorable`. */
  text(text: string): boolean {
    if (text.length > shortText) return this.#longText(text);
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let end = this.#length;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code < 0x20 || code === backslash || code >= 0x80) return this.#longText(text);
      bytes[end++] = code;
    }
    this.#length = end;
    return true;
  }

  /** A field. @param value an integer from 0 to 2³¹ − 1 */
  integer(value: number): void {
    this.#reserve(numberBytes);
    this.#digits(value);
  }

  /**
   * A field, if it has three decimals at most and is between 0 and 1,000,000; else false, and nothing is written. The decimal that is nearest to
   * `value` among those of three places is what JavaScript writes for it if it reads back as `value`: no shorter one does, and no other of
   * its length, as they lie more than 10⁶ times as far apart as numbers of this size.
   */
  decimal(value: number): boolean {
    if (!(value > 0 && value < 1e6)) return false;
    const thousandths = Math.round(value * 1000);
    if (thousandths / 1000 !== value) return false;
    this.#reserve(numberBytes);
    const whole = Math.floor(thousandths / 1000);
    this.#digits(whole);
    const rest = thousandths - whole * 1000;
    if (rest > 0) this.#places(rest);
    return true;
  }

  #digits(value: number): void {
    let end = this.#length;
    let bound = 10;
    while (value >= bound) {
      bound *= 10;
      end += 1;
    }
    this.#length = end + 1;
    let left = value;
    for (; left >= 10; end--) {
      const tens = (left / 10) | 0;
      this.#bytes[end] = zero + left - tens * 10;
      left = tens;
    }
    this.#bytes[end] = zero + left;
  }

  /** @param rest thousandths, 1–999 */
  #places(rest: number): void {
    const bytes = this.#bytes;
    bytes[this.#length++] = point;
    for (let left = rest, unit = 100; left > 0; unit /= 10) {
      const digit = (left / unit) | 0;
      bytes[this.#length++] = zero + digit;
      left -= digit * unit;
    }
  }

  #longText(text: string): boolean {
    if (unstorable(text) !== undefined) return false;
    const escaped = special.test(text) ? text.replaceAll(specials, (character) => escapes[character]!) : text;
    this.#reserve(escaped.length * 3);
    this.#length += this.#bytes.write(escaped, this.#length);
    return true;
  }

  #reserve(more: number): void {
    if (this.#bytes.length - this.#length >= more) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#firstBytes, this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** What the text has that PostgreSQL cannot store. */
export function unstorable(text: string): string | undefined {
  if (text.includes('\0')) return 'the character NUL, which PostgreSQL does not store';
  return text.isWellFormed() ? undefined : 'half of a surrogate pair, which UTF-8 cannot carry';
}
