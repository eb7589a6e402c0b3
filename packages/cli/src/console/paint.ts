/** Wraps text into the codes of a style; leaves it as it is where there is no colour. */
export type Painter = (text: string) => string;

/** The styles that the console output uses. */
export interface Paint {
  /** Bold: names. */
  readonly strong: Painter;
  /** Dim: titles and legends. */
  readonly faint: Painter;
  /** Green. */
  readonly good: Painter;
  /** Yellow. */
  readonly warn: Painter;
  /** Red. */
  readonly bad: Painter;
}

const sgr =
  (on: number, off: number): Painter =>
  (text) =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;

/** The painter that does nothing. */
export const asItIs: Painter = (text) => text;

/** Styles by the sixteen colours that every terminal has, in its own theme. */
export const coloured: Paint = { strong: sgr(1, 22), faint: sgr(2, 22), good: sgr(32, 39), warn: sgr(33, 39), bad: sgr(31, 39) };

/** No styles. */
export const plain: Paint = { strong: asItIs, faint: asItIs, good: asItIs, warn: asItIs, bad: asItIs };

/**
 * What a stream can show. On a terminal `hasColors` honours NO_COLOR, FORCE_COLOR and TERM=dumb; elsewhere there are colours only when
 * FORCE_COLOR asks for them.
 *
 * @param env where FORCE_COLOR is looked for. Default: `process.env`
 * @returns the sixteen colours that every terminal has, or painters that leave texts as they are
 */
export function paintFor(
  stream: { readonly isTTY?: boolean; readonly hasColors?: () => boolean },
  env: Readonly<Record<string, string | undefined>> = process.env,
): Paint {
  if (stream.isTTY) return stream.hasColors?.() ? coloured : plain;
  const forced = env.FORCE_COLOR;
  return forced !== undefined && !['0', 'false'].includes(forced) ? coloured : plain;
}
