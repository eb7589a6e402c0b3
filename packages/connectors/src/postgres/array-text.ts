/** An array as the server writes it, element by element; nested arrays are arrays again. Lower bounds other than 1 are not kept. */
export function parseArray(text: string, delimiter: string, element: (text: string) => unknown): unknown[] {
  // `[0:1]={a,b}` gives the bounds.
  const start = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
  const reader = new ArrayReader(text, start, delimiter, element);
  return reader.read();
}

class ArrayReader {
  readonly #text: string;
  readonly #delimiter: string;
  readonly #element: (text: string) => unknown;
  #at: number;

  constructor(text: string, at: number, delimiter: string, element: (text: string) => unknown) {
    this.#text = text;
    this.#at = at;
    this.#delimiter = delimiter;
    this.#element = element;
  }

  read(): unknown[] {
    const items: unknown[] = [];
    this.#at++;
    while (this.#text[this.#at] !== '}') {
      items.push(this.#item());
      if (this.#text[this.#at] === this.#delimiter) this.#at++;
      else if (this.#at >= this.#text.length) throw new SyntaxError(`no array of PostgreSQL: ${this.#text.slice(0, 60)}`);
    }
    this.#at++;
    return items;
  }

  #item(): unknown {
    const first = this.#text[this.#at];
    if (first === '{') return this.read();
    if (first === '"') return this.#element(this.#quoted());
    const start = this.#at;
    while (this.#at < this.#text.length && this.#text[this.#at] !== this.#delimiter && this.#text[this.#at] !== '}') this.#at++;
    const bare = this.#text.slice(start, this.#at);
    return bare === 'NULL' ? null : this.#element(bare);
  }

  #quoted(): string {
    let result = '';
    let start = ++this.#at;
    for (; this.#at < this.#text.length && this.#text[this.#at] !== '"'; this.#at++) {
      if (this.#text[this.#at] !== '\\') continue;
      result += this.#text.slice(start, this.#at);
      start = ++this.#at;
    }
    result += this.#text.slice(start, this.#at);
    this.#at++;
    return result;
  }
}

/** Elements that are written, null for NULL, as an array that the server reads. All of them stand in quotes, whatever the type. */
export function arrayText(items: readonly unknown[], delimiter: string, element: (value: unknown) => string | null): string {
  const written = items.map((item) => {
    if (Array.isArray(item)) return arrayText(item, delimiter, element);
    const text = element(item);
    return text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  });
  return `{${written.join(delimiter)}}`;
}
