import type { Pull } from '@millrace/core';
import type { DataError } from '../errors.js';
import { originsIn } from '../file/origins.js';
import { maxPull } from '../pulls.js';
import { didYouMean } from '../spelling.js';
import { BigIntegerFault, type BigIntegersRead, withBigIntegers } from './big-integers.js';
import { syntaxFault } from './syntax-fault.js';
import { end, more, type TextWindow } from './text-window.js';

/** Gives what it finds, or undefined when it needs more text to go on. */
type Steps<Item, Result = void> = Generator<Pull<Item> | undefined, Result, undefined>;

/**
 * Reads the items of one array in a JSON text, at the root or along `path` in objects. One item is held at a time, or one member beside
 * the path. All of the text must be valid, behind the array too.
 */
export class ArrayReader<Item> {
  readonly #window: TextWindow;
  readonly #path: readonly string[];
  readonly #policy: BigIntegersRead;

  constructor(window: TextWindow, path: readonly string[], policy: BigIntegersRead) {
    this.#window = window;
    this.#path = path;
    this.#policy = policy;
  }

  *read(): Steps<Item> {
    yield* this.#inside(0);
    const code = yield* this.#peek();
    if (code !== end) throw this.#window.fault('text behind the end of the JSON value; a file holds one');
  }

  /** What lies behind the first `depth` keys of the path. */
  *#inside(depth: number): Steps<Item> {
    const key = this.#path[depth];
    if (key === undefined) yield* this.#array();
    else yield* this.#object(key, depth);
  }

  *#object(wanted: string, depth: number): Steps<Item> {
    yield* this.#open('{', `an object with the key ${JSON.stringify(wanted)}`);
    const keys: string[] = [];
    while (yield* this.#hasMember(keys.length === 0)) {
      const keyAt = this.#window.at;
      const placeOf = this.#window.places();
      const key = String(yield* this.#value());
      if (key === wanted && keys.includes(key)) {
        throw this.#window.faultAt(
          placeOf(keyAt),
          `the key ${JSON.stringify(key)}, on the way to the array, is there for the second time`,
        );
      }
      keys.push(key);
      yield* this.#open(':', 'a colon');
      if (key === wanted) {
        yield* this.#inside(depth + 1);
      } else {
        yield* this.#peek();
        yield* this.#value();
      }
    }
    if (!keys.includes(wanted)) throw this.#lacks(wanted, keys);
  }

  /** Goes to the next key, or behind the end of the object. */
  *#hasMember(isFirst: boolean): Steps<Item, boolean> {
    let code = yield* this.#peek();
    if (code === codeOf('}')) {
      this.#window.at++;
      return false;
    }
    if (!isFirst) {
      yield* this.#open(',', 'a comma or the end of the object');
      code = yield* this.#peek();
    }
    if (code !== codeOf('"')) throw this.#expected('a key in quotes', code);
    return true;
  }

  #lacks(wanted: string, keys: readonly string[]): DataError {
    const shown = keys.slice(0, 20).map((key) => JSON.stringify(key));
    const known = keys.length === 0 ? 'none' : `${shown.join(', ')}${keys.length > 20 ? ' …' : ''}`;
    const hint = didYouMean(wanted, keys);
    return this.#window.fault(
      `the object that ends here lacks the key ${JSON.stringify(wanted)}${hint}; its keys are ${known}`,
      -1,
    );
  }

  *#array(): Steps<Item> {
    const hint = this.#path.length === 0 ? '; the option "at" leads to one within objects: "data.items"' : '';
    yield* this.#open('[', 'an array', hint);
    let isFirst = true;
    for (;;) {
      const batch = this.#gather(isFirst);
      if (batch.items.length > 0) {
        isFirst = false;
        yield pullOf(batch, this.#window);
      }
      if (batch.fault !== undefined) throw batch.fault.error;
      if (batch.stop === 'closed') return;
      if (batch.stop === 'more') yield undefined;
    }
  }

  /** The items that lie in the window: they need no generator each. */
  #gather(isFirst: boolean): Batch<Item> {
    const batch: Batch<Item> = { items: [], starts: [], stop: 'full' };
    try {
      while (batch.items.length < maxPull) {
        const from = this.#window.at;
        const found = this.#takeItem(batch, isFirst && batch.items.length === 0);
        if (found === 'taken') continue;
        if (found === 'more') this.#window.at = from;
        return { ...batch, stop: found };
      }
      return batch;
    } catch (error) {
      return { ...batch, fault: { error } };
    }
  }

  #takeItem({ items, starts }: Batch<Item>, isFirst: boolean): 'taken' | 'closed' | 'more' {
    const window = this.#window;
    let code = window.peek();
    if (code === closeBracket) {
      window.at++;
      return 'closed';
    }
    if (code !== more && !isFirst) {
      if (code !== comma) throw this.#expected('a comma or the end of the array', code);
      window.at++;
      code = window.peek();
    }
    if (code === more) return 'more';
    const stop = window.valueEnd();
    if (stop === more) return 'more';
    const start = window.at;
    items.push(this.#parsed(stop) as Item);
    starts.push(start);
    return 'taken';
  }

  *#value(): Steps<Item, unknown> {
    for (;;) {
      const stop = this.#window.valueEnd();
      if (stop !== more) return this.#parsed(stop);
      yield undefined;
    }
  }

  /** The value that ends there; the window moves behind it. */
  #parsed(stop: number): unknown {
    const window = this.#window;
    const start = window.at;
    if (stop === start) throw this.#expected('a value', window.peek());
    const text = window.text.slice(start, stop);
    try {
      const value: unknown = JSON.parse(text);
      window.at = stop;
      return window.hasLongDigits ? withBigIntegers(text, value, this.#policy) : value;
    } catch (error) {
      window.at = start;
      if (error instanceof BigIntegerFault) throw window.fault(error.message, error.offset);
      const { offset, why } = syntaxFault(text, error);
      throw window.fault(`this is no JSON value: ${why}`, offset, { cause: error });
    }
  }

  /** Moves behind a character that must come next. */
  *#open(character: string, what: string, hint = ''): Steps<Item> {
    const code = yield* this.#peek();
    if (code !== codeOf(character)) throw this.#expected(what, code, hint);
    this.#window.at++;
  }

  *#peek(): Steps<Item, number> {
    for (;;) {
      const code = this.#window.peek();
      if (code !== more) return code;
      yield undefined;
    }
  }

  #expected(what: string, code: number, hint = ''): DataError {
    const found = code === end ? 'the end of the file' : JSON.stringify(String.fromCharCode(code));
    return this.#window.fault(`${what} should be here, not ${found}${hint}`);
  }
}

/** Items in a row, with their offsets in the window, and why there are no more of them. */
interface Batch<Item> {
  readonly items: Item[];
  readonly starts: number[];
  readonly stop: 'full' | 'closed' | 'more';
  readonly fault?: { readonly error: unknown };
}

/** Places are counted only when somebody asks: items cost nothing for them. */
function pullOf<Item>({ items, starts }: Batch<Item>, window: TextWindow): Pull<Item> {
  const { file, text } = window;
  const placeOf = window.places();
  const origin = (index: number): string => {
    const { line, column } = placeOf(starts[index]!);
    return `${file}:${line}:${column}`;
  };
  return { items, origin: originsIn(text, items.length, origin) };
}

function codeOf(character: string): number {
  return character.charCodeAt(0);
}

const comma = codeOf(',');
const closeBracket = codeOf(']');
