import { Buffer } from 'node:buffer';
import { SpareBuffers } from './spare-buffers.js';

/** Strings as the bytes of one buffer, which is handed over: a clone of them lies in memory that is new for each message, and touching that is dear. */
export interface Strings {
  /** One after another. Mostly larger than they are: what lies behind `used` means nothing. */
  readonly bytes: ArrayBuffer;
  /** Bytes of all. */
  readonly used: number;
  /** UTF-16 units of each. Below zero: of one that is written as UTF-16; the others are Latin-1, a byte for each unit. */
  readonly lengths: Int32Array;
}

/** A lone one is cloned, also where it is a part of another message. */
const MIN_COUNT = 2;
/** With less text handing a buffer over costs more than is saved. UTF-16 units, as the next one. */
const MIN_LENGTH = 16_384;
/** Shorter ones the port clones as fast. */
const MIN_MEAN_LENGTH = 256;

/** Nothing in a string that V8 keeps as Latin-1: it knows that beforehand, and looks at none of its characters. */
const WIDE = /[^\0-\xff]/;

/** What is read in this thread is written over by what it sends next: so a buffer goes to a lane and back with no new memory. */
const spares = new SpareBuffers();

/** Undefined when they are not all strings, or so short that a port clones them as fast. */
export function packStrings(values: readonly unknown[]): Strings | undefined {
  return areLong(values) ? writeStrings(values) : undefined;
}

/** Of any length. */
export function writeStrings(values: readonly string[]): Strings {
  const lengths = new Int32Array(values.length);
  let used = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    lengths[i] = WIDE.test(value) ? -value.length : value.length;
    used += bytesOf(lengths[i]!);
  }
  const bytes = spares.take(used);
  const buffer = Buffer.from(bytes);
  let at = 0;
  for (let i = 0; i < lengths.length; i++) at += buffer.write(values[i]!, at, encodingOf(lengths[i]!));
  return { bytes, used, lengths };
}

/** Takes the buffer: it is not the caller's any more. */
export function unpackStrings({ bytes, lengths }: Strings): string[] {
  const buffer = Buffer.from(bytes);
  const strings = new Array<string>(lengths.length);
  let at = 0;
  for (let i = 0; i < lengths.length; i++) {
    const end = at + bytesOf(lengths[i]!);
    strings[i] = buffer.toString(encodingOf(lengths[i]!), at, end);
    at = end;
  }
  spares.give(bytes);
  return strings;
}

function areLong(values: readonly unknown[]): values is readonly string[] {
  if (values.length < MIN_COUNT) return false;
  let length = 0;
  for (const value of values) {
    if (typeof value !== 'string') return false;
    length += value.length;
  }
  return length >= Math.max(MIN_LENGTH, values.length * MIN_MEAN_LENGTH);
}

function bytesOf(length: number): number {
  return length < 0 ? -2 * length : length;
}

function encodingOf(length: number): 'latin1' | 'utf16le' {
  return length < 0 ? 'utf16le' : 'latin1';
}
