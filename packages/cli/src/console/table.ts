import type { Painter } from './paint.js';

/** One column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers are right-aligned, words left-aligned. Default `right`. */
  readonly align?: 'left' | 'right';
  /** Cells at least this wide, so that a table that is drawn again and again does not jump. */
  readonly minWidth?: number;
}

/** Text of a cell. It is measured before it is painted: the codes have no width. */
export interface Cell {
  readonly text: string;
  readonly paint?: Painter;
}

/** Lays out rows below their titles, two spaces apart and indented by two. The last column is not padded. */
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
