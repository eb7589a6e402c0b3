/** How fields are marked off. Both are one UTF-16 code unit; without `quote` every character but delimiter and line break is content. */
export interface Dialect {
  readonly delimiter: string;
  readonly quote: string | undefined;
  /** Quotes hold no line breaks: each record is one line. */
  readonly isLineEach?: true;
}

/** What is wrong with a text, and at which offset. */
interface Fault {
  readonly offset: number;
  readonly problem: string;
}

/** The well-formed start of a text. */
export interface Scan {
  /** Offset behind the last whole record before the fault or the end. */
  readonly end: number;
  /** The text before `end` with every line break outside of quotes a single line feed: what the lenient parser is given. */
  readonly clean: string;
  readonly fault: Fault | undefined;
}

/**
 * Finds how much of the text, which begins where a record begins, is whole and well-formed. Papa Parse accepts quotes inside plain
 * fields, blanks around quoted ones and unclosed quotes without a word or with an error that has no line; and it takes the carriage
 * return of CRLF for content. So the quotes are walked here first, by `indexOf`, and it sees only text that has one reading.
 *
 * @param isFinal the text ends where the file ends; else its end may lie within a record
 */
export function scanRecords(text: string, dialect: Dialect, isFinal: boolean): Scan {
  const { quote } = dialect;
  return quote === undefined || !text.includes(quote) ? scanPlain(text) : scanQuoted(text, dialect, quote, isFinal);
}

const loneReturnProblem =
  'a carriage return without a line feed, outside of quotes; lines end with LF or CRLF, and a carriage return in a value must be quoted';

const lineInQuotesProblem =
  'the quote that is opened here is not closed in its line, and ranges are cut at line ends; only a file that is read whole may have line breaks in quotes';

function scanPlain(text: string): Scan {
  if (!text.includes('\r')) return { end: text.length, clean: text, fault: undefined };
  const clean = text.replaceAll('\r\n', '\n');
  if (!clean.includes('\r')) return { end: text.length, clean, fault: undefined };
  const offset = text.search(/\r(?!\n)/);
  const end = text.lastIndexOf('\n', offset) + 1;
  return { end, clean: text.slice(0, end).replaceAll('\r\n', '\n'), fault: { offset, problem: loneReturnProblem } };
}

function scanQuoted(text: string, { delimiter, isLineEach }: Dialect, quote: string, isFinal: boolean): Scan {
  const lineFeeds = new Ahead(text, '\n');
  const returns = new Ahead(text, '\r');
  /** Start and end of each quoted field, one behind the other. */
  const quoted: number[] = [];
  let fault: Fault | undefined;
  let end = 0;
  for (let at = 0; ; ) {
    const opening = text.indexOf(quote, at);
    let stop = opening === -1 ? text.length : opening;
    for (let cr = returns.from(at); cr < stop; cr = returns.from(cr + 1)) {
      if (text[cr + 1] === '\n') continue;
      fault = { offset: cr, problem: loneReturnProblem };
      stop = cr;
    }
    for (let lf = lineFeeds.from(at); lf < stop; lf = lineFeeds.from(lf + 1)) end = lf + 1;
    if (fault !== undefined) break;
    if (opening === -1) {
      if (isFinal) end = text.length;
      break;
    }
    if (!isFieldStart(text, opening, delimiter)) {
      fault = {
        offset: opening,
        problem: `a quote inside a field that does not begin with one; write "${quote}${quote}" within quotes`,
      };
      break;
    }
    const closing = closingQuote(text, opening, quote);
    if (isLineEach && lineFeeds.from(opening) < (closing === -1 ? text.length : closing)) {
      fault = { offset: opening, problem: lineInQuotesProblem };
      break;
    }
    if (closing === -1) {
      if (isFinal) fault = { offset: opening, problem: 'the quote that is opened here is never closed' };
      break;
    }
    at = closing + 1;
    if (!isFieldEnd(text, at, delimiter)) {
      fault = { offset: at, problem: 'text after a closing quote; a delimiter or a line break must follow' };
      break;
    }
    quoted.push(opening, at);
  }
  return { end, clean: withoutReturns(text, end, quoted), fault };
}

function isFieldStart(text: string, at: number, delimiter: string): boolean {
  return at === 0 || text[at - 1] === delimiter || text[at - 1] === '\n';
}

function isFieldEnd(text: string, at: number, delimiter: string): boolean {
  const next = text[at];
  return next === undefined || next === delimiter || next === '\n' || (next === '\r' && text[at + 1] === '\n');
}

/** Offset of the quote that closes the one at `opening`, -1 when there is none; doubled quotes are content. */
function closingQuote(text: string, opening: number, quote: string): number {
  let at = text.indexOf(quote, opening + 1);
  while (at !== -1 && text[at + 1] === quote) at = text.indexOf(quote, at + 2);
  return at;
}

/** The text before `end`, CRLF made LF except in the quoted spans. */
function withoutReturns(text: string, end: number, quoted: readonly number[]): string {
  const whole = text.slice(0, end);
  if (!whole.includes('\r')) return whole;
  const parts: string[] = [];
  let at = 0;
  for (let span = 0; span < quoted.length && quoted[span]! < end; span += 2) {
    parts.push(whole.slice(at, quoted[span]).replaceAll('\r\n', '\n'), whole.slice(quoted[span], quoted[span + 1]));
    at = quoted[span + 1]!;
  }
  parts.push(whole.slice(at).replaceAll('\r\n', '\n'));
  return parts.join('');
}

/** Searches a character from offsets that only grow; remembers the hit, so that all searches together read the text once. */
class Ahead {
  readonly #text: string;
  readonly #character: string;
  #hit = -1;

  constructor(text: string, character: string) {
    this.#text = text;
    this.#character = character;
  }

  /** Offset of the next hit at or behind `at`, Infinity when there is none. */
  from(at: number): number {
    if (this.#hit >= at) return this.#hit;
    const found = this.#text.indexOf(this.#character, at);
    this.#hit = found === -1 ? Number.POSITIVE_INFINITY : found;
    return this.#hit;
  }
}

/** Where the records of a well-formed text start. Walks the text: only for errors and origins. */
export function recordStarts(text: string, dialect: Dialect): number[] {
  const starts: number[] = [];
  for (let at = 0; at < text.length; ) {
    starts.push(at);
    let end = fieldEnd(text, dialect, at);
    while (text[end] === dialect.delimiter) end = fieldEnd(text, dialect, end + 1);
    at = end + (text[end] === '\r' ? 2 : 1);
  }
  return starts;
}

/** Offset of field `field`, 0-based, of the record that starts at `start`; of the end of the record when it has not so many. */
export function fieldStart(text: string, dialect: Dialect, start: number, field: number): number {
  let at = start;
  for (let left = field; left > 0; left--) {
    const end = fieldEnd(text, dialect, at);
    if (text[end] !== dialect.delimiter) return end;
    at = end + 1;
  }
  return at;
}

/** Offset of the delimiter or line break behind the field that begins at `start`, or of the end of the text. */
function fieldEnd(text: string, { delimiter, quote }: Dialect, start: number): number {
  if (quote !== undefined && text[start] === quote) return closingQuote(text, start, quote) + 1;
  let at = start;
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}
