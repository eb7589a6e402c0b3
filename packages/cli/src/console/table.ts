import type { Painter } from './paint.js';

/** One column of a table. */
export interface Column {
  /** Above its cells; its length is the least width. */
  readonly title: string;
  /** Numbers are right-aligned, words left-aligned. Default `right`. */
  readonly align?: 'left' | 'right';
  /** Cells at least this wide, so that a table that is drawn again and again does not jump. */
  readonly minWidth?: number;
}

/** Text of a cell. It is measured before it is painted: the codes have no width. */
export interface Cell {
  /** One line, not painted. */
  readonly text: string;
  /** Paints the text. Default: as it is. */
  readonly paint?: Painter;
}

/**
 * Lays out rows below their titles, two spaces apart and indented by two. The last column is not padded.
 *
 * @returns lines without line feeds: the titles, then the rows
 *
 * @example
 * ```ts
 * import { paintFor, table } from '@millrace/cli/console';
 *
 * const { faint, good } = paintFor(process.stdout);
 * const rows = [[{ text: 'parse' }, { text: '42', paint: good }]];
 * console.log(table([{ title: 'stage', align: 'left' }, { title: 'items' }], rows, faint).join('\n'));
 * ```
 */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], titlePaint: Painter): string[] {
  const widths = columns.map(({ title, minWidth = 0 }, at) =>
    Math.max(minWidth, title.length, ...rows.map((row) => row[at]?.text.length ?? 0)),
  );
  const line = (cells: readonly Cell[]): string =>
    columns
      .map(({ align = 'right' }, at) => {
        const { text, paint } = cells[at] ?? { text: '' };
        const padding = ' '.repeat(widths[at]! - text.length);
        const painted = paint === undefined ? text : paint(text);
        if (align === 'right') return padding + painted;
        return at === columns.length - 1 ? painted : painted + padding;
      })
      .join('  ');
  return [columns.map(({ title }) => ({ text: title, paint: titlePaint })), ...rows].map((cells) => `  ${line(cells)}`.trimEnd());
}
