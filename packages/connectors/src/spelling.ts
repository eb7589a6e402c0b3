import { nearest } from '@millrace/core/internal/nearest';

/** `; did you mean "delimiter"?` when one of the names is likely what was meant, else nothing. */
export function didYouMean(word: string, names: readonly string[]): string {
  const meant = nearest(word, names);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}
