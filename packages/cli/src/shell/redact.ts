import { secretForms } from './secret-forms.js';

/** What stands in the place of a secret. */
export const veil = '***';

/**
 * Takes secrets out of texts, in all their forms. Where two of them overlap nothing is left of either: one that is replaced after the other
 * would leave what they do not share.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets)].flatMap(secretForms);
  if (forms.length === 0) return (text) => text;
  return (text) => {
    const ranges = forms.flatMap(({ text: form, alone }) => rangesOf(form, text, alone));
    return ranges.length === 0 ? text : without(text, ranges);
  };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function rangesOf(form: string, text: string, alone: boolean): Range[] {
  const ranges: Range[] = [];
  for (let start = text.indexOf(form); start !== -1; start = text.indexOf(form, start + 1)) {
    const end = start + form.length;
    if (!alone || standsAlone(text, start, end)) ranges.push({ start, end });
  }
  return ranges;
}

function standsAlone(text: string, start: number, end: number): boolean {
  return !/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, start - 2), start)) && !/^[\p{L}\p{N}]/u.test(text.slice(end, end + 2));
}

function without(text: string, ranges: Range[]): string {
  ranges.sort((one, other) => one.start - other.start || other.end - one.end);
  let told = '';
  let at = 0;
  for (const { start, end } of ranges) {
    // One that overlaps the former makes it longer; one that only touches it is another secret.
    if (start >= at) told += text.slice(at, start) + veil;
    at = Math.max(at, end);
  }
  return told + text.slice(at);
}
