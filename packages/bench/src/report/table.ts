export interface Column {
  readonly title: string;
  /** Numbers are right-aligned, words left-aligned. Default `right`. */
  readonly align?: 'left' | 'right';
}

/** Rows below their titles, columns two spaces apart, all indented by two. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  return lines.map((cells) => {
    const padded = columns.map(({ align = 'right' }, at) => {
      const cell = cells[at] ?? '';
      return align === 'left' ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!);
    });
    return `  ${padded.join('  ')}`.trimEnd();
  });
}
