import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';
import type { Findings } from '../check/findings.js';
import { type Entry, type MapNode, type Node, plainOf, type ScalarNode, type Span } from './node.js';
import { type OneDocument, oneDocument } from './one-document.js';

/** Values of a file at most, those that aliases repeat included: a few lines of aliases may stand for billions. */
const maxNodes = 100_000;
/** How deep values may be nested. */
const maxDepth = 100;

/** Reads YAML 1.2, and with it JSON. Undefined when nothing could be read of it; what is wrong is among the findings. */
export function parseText(findings: Findings): Node | undefined {
  const read = documentOf(findings);
  if (read === undefined) return undefined;
  const { document, second, errors, warnings } = read;
  const [first] = errors;
  // Those that follow come of it, mostly: a text without its quotes makes a dozen.
  if (first !== undefined) {
    const hint = quotesHint(first.pos[0], findings.text);
    findings.add('syntax', spanOf(first.pos, findings), sentence(first.message), { hint });
  }
  for (const { pos, message } of warnings) {
    findings.add('syntax', spanOf(pos, findings), sentence(message), { severity: 'warning' });
  }
  if (second !== undefined) {
    findings.add('two-documents', second, 'a file holds one pipeline, and another document begins here', {
      hint: 'put it into a file of its own, or take it out; if it belongs to what stands above, take out the line between them',
    });
  }
  if (errors.length > 0) return undefined;
  if (document.contents === null) {
    findings.add('syntax', { start: 0, end: 1 }, 'the file is empty', { hint: 'begin with "version: 1" and a name' });
    return undefined;
  }
  try {
    return new Reader(document, findings).read(document.contents, 0);
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    findings.add('syntax', error.span, error.message);
    return undefined;
  }
}

function documentOf(findings: Findings): OneDocument | undefined {
  try {
    return oneDocument(findings.text);
  } catch {
    findings.add('syntax', { start: 0, end: 1 }, 'the file cannot be read: it is nested too deeply');
    return undefined;
  }
}

class TooMuch extends Error {
  readonly span: Span;

  constructor(span: Span, message: string) {
    super(message);
    this.span = span;
  }
}

class Reader {
  readonly #document: Document.Parsed;
  readonly #findings: Findings;
  #nodes = 0;
  /** What aliases stand for, while that is read. */
  readonly #within = new Set<unknown>();

  constructor(document: Document.Parsed, findings: Findings) {
    this.#document = document;
    this.#findings = findings;
  }

  /** @throws TooMuch */
  read(node: ParsedNode | Alias | null, depth: number, at: Span = { start: 0, end: 0 }): Node {
    // What is left out has no extent: its key stands for it.
    const range = node?.range;
    const span = range && range[1] > range[0] ? { start: range[0], end: range[1] } : at;
    this.#nodes += 1;
    if (this.#nodes > maxNodes)
      throw new TooMuch(span, `the file holds more than ${maxNodes} values, those repeated by aliases included`);
    if (depth > maxDepth) throw new TooMuch(span, `values are nested more than ${maxDepth} deep`);
    if (isAlias(node)) return this.#alias(node, depth, span);
    if (isMap(node)) return this.#map(node, depth, span);
    if (isSeq(node)) {
      return { kind: 'list', span, items: node.items.map((item) => this.read(item as ParsedNode, depth + 1, span)) };
    }
    return isScalar(node) ? this.#scalar(node.value, node.source, span) : { kind: 'scalar', span, value: null };
  }

  #alias(node: Alias, depth: number, span: Span): Node {
    const target = node.resolve(this.#document);
    if (target !== undefined && this.#within.has(target)) {
      throw new TooMuch(span, `the alias "*${node.source}" stands within what it stands for, and would have no end`);
    }
    if (target !== undefined) {
      this.#within.add(target);
      const read = this.read(target as ParsedNode, depth + 1, span);
      this.#within.delete(target);
      return { ...read, span };
    }
    this.#findings.add('syntax', span, `there is no anchor "&${node.source}" before this alias`);
    return { kind: 'scalar', span, value: null, faulty: true };
  }

  #scalar(value: unknown, source: string | undefined, span: Span): ScalarNode {
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(source ?? '')) {
      this.#findings.add('inexact-number', span, `${source} is beyond 2^53, and a number would lose digits of it`, {
        hint: `write "${source}" in quotes`,
      });
      return { kind: 'scalar', span, value, faulty: true };
    }
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
    return { kind: 'scalar', span, value: plain ? value : (source ?? null) };
  }

  #map(map: YAMLMap, depth: number, span: Span): MapNode {
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const { key, value } of map.items as readonly { key: ParsedNode; value: ParsedNode | null }[]) {
      const keyNode = this.read(key, depth + 1, span);
      if (keyNode.kind !== 'scalar') {
        this.#findings.add('syntax', keyNode.span, 'a key must be a plain word, not a list or a map');
        continue;
      }
      const name = keyNode.value === null ? (isScalar(key) ? (key.source ?? '') : '') : String(keyNode.value);
      const entry = { key: name, keySpan: keyNode.span, value: this.read(value, depth + 1, keyNode.span) };
      // In quotes it is a key like any other.
      if (name === '<<' && isScalar(key) && key.type === 'PLAIN') merged.push(...this.#merge(entry));
      else if (!entries.has(name)) entries.set(name, entry);
      else this.#duplicate(entry, entries.get(name)!);
    }
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    return { kind: 'map', span, entries: [...entries.values()] };
  }

  #merge({ keySpan, value }: Entry): readonly Entry[] {
    const maps = value.kind === 'list' ? value.items : [value];
    if (maps.every((map) => map.kind === 'map')) return maps.flatMap(({ entries }) => entries);
    this.#findings.add('syntax', keySpan, '"<<" merges a map, or a list of maps');
    return [];
  }

  #duplicate({ key, keySpan, value }: Entry, first: Entry): void {
    const { line } = this.#findings.placeOf(first.keySpan.start);
    const same = JSON.stringify(plainOf(value)) === JSON.stringify(plainOf(first.value));
    this.#findings.add('duplicate-key', keySpan, `"${key}" stands here twice, first in line ${line}`, {
      hint: same ? 'take this one out: it says the same' : 'take one of them out',
    });
  }
}

function spanOf([start, end]: readonly [number, number], { text }: Findings): Span {
  // What is missing at the end is missing behind the last word, not in the empty line below it.
  const last = text.trimEnd().length - 1;
  if (start > last && last >= 0) return { start: last, end: last + 1 };
  return { start, end: Math.max(end, start + 1) };
}

/** A var without quotes within `{…}` or `[…]`, where its own braces are those of a map. */
function quotesHint(at: number, text: string): string | undefined {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const line = text.slice(start).split('\n', 1)[0]!;
  for (const { index, 0: slot } of line.matchAll(/\$\{[^}]*\}/g)) {
    if (start + index <= at && at <= start + index + slot.length) return `put the text with ${slot} in it into quotes: "${slot}"`;
  }
  return undefined;
}

/** The library's messages begin in upper case; the first line says it. */
function sentence(message: string): string {
  const line = message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
  return line.slice(0, 1).toLowerCase() + line.slice(1);
}
