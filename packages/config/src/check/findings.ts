import { withoutUrlSecrets } from '@millrace/connectors/internal/url-secrets';
import { LineCounter } from 'yaml';
import type { Node, ScalarNode, Span } from '../document/node.js';
import type { Problem, Severity } from '../problem.js';

export interface Place {
  readonly line: number;
  readonly column: number;
}

const minSecretLength = 4;

/** A text with a star in the place of each letter of a part, which moves nothing. */
export function masking(text: string, { start, end }: Span): string {
  return text.slice(0, start) + starsFor(text.slice(start, end)) + text.slice(end);
}

const starsFor = (secret: string): string => secret.replace(/[^\r\n]/g, '*');

interface More {
  readonly hint?: string | undefined;
  readonly severity?: Severity;
}

/** What is found wrong with a file while it is looked at. */
export class Findings {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
  /** Values that no message may hold. */
  readonly secrets = new Set<string>();
  readonly #concealed = new Set<Node>();
  /** Where secrets stand in the text. */
  readonly #hidden: Span[] = [];
  readonly #problems: Problem[] = [];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.lines = new LineCounter();
    this.lines.addNewLine(0);
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.lines.addNewLine(at + 1);
  }

  /** Keeps what stands there out of messages and plans, and out of the text that is shown beside them. */
  conceal(node: ScalarNode): void {
    const { value, span, origin } = node;
    this.#concealed.add(node);
    // Of shorter ones a message would be full of stars.
    if (typeof value === 'string' && value.length >= minSecretLength) this.secrets.add(value);
    // By vars it says only where its secret comes from.
    if (origin === undefined && !this.text.slice(span.start, span.end).includes('${')) this.#hidden.push(span);
  }

  isConcealed(node: Node): boolean {
    return this.#concealed.has(node);
  }

  /** The text of the file as it may be shown. */
  masked(text: string): string {
    return withoutUrlSecrets(this.#hidden.reduce(masking, text), starsFor);
  }

  add(rule: string, span: Span, message: string, { hint, severity = 'error' }: More = {}): void {
    const { line, column } = this.placeOf(span.start);
    const lineEnd = this.text.indexOf('\n', span.start);
    const last = Math.min(span.end, lineEnd === -1 ? this.text.length : lineEnd);
    const found = {
      ...{ file: this.file, line, column, length: Math.max(1, last - span.start), severity, rule, message },
      ...(hint === undefined ? {} : { hint }),
    };
    const known = this.#problems.some(
      (other) => other.line === line && other.column === column && other.message === message && other.rule === rule,
    );
    if (!known) this.#problems.push(found);
  }

  get failed(): boolean {
    return this.#problems.some(({ severity }) => severity === 'error');
  }

  /** In the order of the file, without secrets. */
  get problems(): readonly Problem[] {
    return this.#problems
      .map((problem) => ({
        ...problem,
        message: this.redacted(problem.message),
        ...(problem.hint === undefined ? {} : { hint: this.redacted(problem.hint) }),
      }))
      .sort((a, b) => a.line - b.line || a.column - b.column);
  }

  redacted(text: string): string {
    return [...this.secrets].sort((a, b) => b.length - a.length).reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
  }

  placeOf(offset: number): Place {
    const { line, col } = this.lines.linePos(Math.max(0, Math.min(offset, this.text.length)));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** `orders.yaml:12:14`. */
  originOf({ start }: Span): string {
    const { line, column } = this.placeOf(start);
    return `${this.file}:${line}:${column}`;
  }
}
