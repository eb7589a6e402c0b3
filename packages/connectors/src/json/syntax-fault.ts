/** What is wrong with a text that is no JSON, and at which offset. */
export interface SyntaxFault {
  readonly offset: number;
  readonly why: string;
}

/** @param error what `JSON.parse` threw for the text; of some faults it does not say the place */
export function syntaxFault(text: string, error: unknown): SyntaxFault {
  const message = error instanceof Error ? error.message : String(error);
  const why = message.replace(/ (?:in JSON )?at position \d+.*$/, '');
  const offset = faultOffset(text);
  // Where text is missing, that is behind the last character that says something.
  return { offset: Math.min(offset ?? 0, text.trimEnd().length), why };
}

/** Offset of the first character with which the text cannot be JSON any more; its length when it ends too soon, undefined when it is valid. */
export function faultOffset(text: string): number | undefined {
  return new Walk(text).fault();
}

/** Thrown at the fault, and caught by the walk. */
class Stop {
  readonly offset: number;

  constructor(offset: number) {
    this.offset = offset;
  }
}

/** A walk over a text by the grammar of JSON, without recursion: brackets may be nested as deep as `JSON.parse` takes them. */
class Walk {
  readonly #text: string;
  readonly #closers: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  fault(): number | undefined {
    try {
      do this.#value();
      while (this.#goesOn());
      return this.#at < this.#text.length ? this.#at : undefined;
    } catch (stop) {
      if (stop instanceof Stop) return stop.offset;
      throw stop;
    }
  }

  /** A whole value that is none of brackets, or the opening of one up to where its first value begins. */
  #value(): void {
    let character = this.#peek();
    while (character === '{' || character === '[') {
      if (this.#opensEmpty(character === '{' ? '}' : ']')) return;
      character = this.#peek();
    }
    if (character === '"') this.#string();
    else if (character === '-' || isDigit(character)) this.#number();
    else this.#word();
  }

  /** Goes behind an opening bracket, and behind the closing one when nothing is between them. */
  #opensEmpty(closer: string): boolean {
    this.#at++;
    if (this.#peek() === closer) {
      this.#at++;
      return true;
    }
    this.#closers.push(closer);
    if (closer === '}') this.#key();
    return false;
  }

  /** Goes on behind a value: to the next one, or behind all the brackets that close here. False at the end of the outermost. */
  #goesOn(): boolean {
    for (let closer = this.#closers.at(-1); closer !== undefined; closer = this.#closers.at(-1)) {
      const character = this.#peek();
      if (character === ',') {
        this.#at++;
        if (closer === '}') this.#key();
        return true;
      }
      if (character !== closer) throw new Stop(this.#at);
      this.#at++;
      this.#closers.pop();
    }
    this.#peek();
    return false;
  }

  #key(): void {
    if (this.#peek() !== '"') throw new Stop(this.#at);
    this.#string();
    if (this.#peek() !== ':') throw new Stop(this.#at);
    this.#at++;
  }

  /** The next character that is no white space. */
  #peek(): string | undefined {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
    return this.#text[this.#at];
  }

  #string(): void {
    for (let at = this.#at + 1; ; at++) {
      const character = this.#text[at];
      if (character === undefined || character < ' ') throw new Stop(at);
      if (character === '"') {
        this.#at = at + 1;
        return;
      }
      if (character === '\\') at = this.#escape(at + 1);
    }
  }

  /** Offset of the last character of the escape whose letter is at `at`. */
  #escape(at: number): number {
    const letter = this.#text[at];
    if (letter === undefined || !'"\\/bfnrtu'.includes(letter)) throw new Stop(at);
    if (letter !== 'u') return at;
    for (let digit = at + 1; digit <= at + 4; digit++) {
      if (!/^[0-9a-fA-F]$/.test(this.#text[digit] ?? '')) throw new Stop(digit);
    }
    return at + 4;
  }

  #number(): void {
    if (this.#text[this.#at] === '-') this.#at++;
    if (this.#text[this.#at] === '0') this.#at++;
    else this.#digits();
    if (this.#text[this.#at] === '.') {
      this.#at++;
      this.#digits();
    }
    if (/^[eE]$/.test(this.#text[this.#at] ?? '')) {
      this.#at++;
      if (/^[+-]$/.test(this.#text[this.#at] ?? '')) this.#at++;
      this.#digits();
    }
  }

  #digits(): void {
    if (!isDigit(this.#text[this.#at])) throw new Stop(this.#at);
    while (isDigit(this.#text[this.#at])) this.#at++;
  }

  #word(): void {
    const word = ['true', 'false', 'null'].find((one) => one[0] === this.#text[this.#at]);
    if (word === undefined) throw new Stop(this.#at);
    for (const letter of word) {
      if (this.#text[this.#at] !== letter) throw new Stop(this.#at);
      this.#at++;
    }
  }
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}
