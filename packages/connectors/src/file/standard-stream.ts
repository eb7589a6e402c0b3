/** The path that stands for the standard input of a source, and for the standard output of a sink. A file of that name is `./-`. */
export const standardStream = '-';

/** What a source's file is called in origins and errors. */
export function inputLabel(path: string): string {
  return path === standardStream ? '<stdin>' : path;
}
