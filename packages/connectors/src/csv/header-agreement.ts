import type { FieldProblem } from './layout.js';

/** What is wrong with the header of one more file, when something is. */
export type AgreeOnHeader = (header: readonly string[], file: string) => FieldProblem | undefined;

/** Sees to it that all files of one reading have the header of the first: rows of one source have the same keys. */
export function headerAgreement(): AgreeOnHeader {
  let first: { readonly header: readonly string[]; readonly file: string } | undefined;
  return (header, file) => {
    if (first === undefined) {
      first = { header: [...header], file };
      return undefined;
    }
    const known = first.header;
    const field = header.findIndex((name, index) => name !== known[index]);
    if (field === -1 && header.length === known.length) return undefined;
    const at = field === -1 ? header.length : field;
    const has = header[at] === undefined ? 'it ends' : `it has ${JSON.stringify(header[at])}`;
    const should = known[at] === undefined ? 'ends' : `has ${JSON.stringify(known[at])}`;
    const problem = `the header differs from that of ${first.file}: ${has} where that ${should}; with the option "columns" only those that it names must be there`;
    return { field: at, problem };
  };
}
