import { stringify } from 'yaml';
import { Unsayable } from './said.js';

/** Whether the file is JSON, and has to stay so. */
export type Notation = 'yaml' | 'json';

/** Data in one line, to stand in brackets or behind a "- ". Texts are plain where YAML lets them, else in double quotes as JSON has them. */
export function inline(data: unknown, notation: Notation): string {
  if (Array.isArray(data)) return data.length === 0 ? '[]' : `[ ${data.map((item) => inline(item, notation)).join(', ')} ]`;
  if (typeof data === 'string') return scalarText(data, notation);
  if (typeof data === 'number') return numberText(data, notation);
  if (typeof data === 'boolean' || data === null) return String(data);
  if (typeof data !== 'object') throw new Unsayable(`a file cannot say what a ${typeof data} is`);
  const members = Object.entries(data).map(([key, member]) => `${scalarText(key, notation)}: ${inline(member, notation)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function scalarText(text: string, notation: Notation): string {
  return notation === 'yaml' && isPlain(text) ? text : quoted(text);
}

/** Whether the library would write it as it is, in one line and in brackets, where most signs mean something. */
function isPlain(text: string): boolean {
  // It breaks texts with line breaks in them whatever the width is, and takes a key "<<" for a merge.
  return (
    !/[\r\n]/.test(text) && text !== '<<' && stringify([text], { collectionStyle: 'flow', lineWidth: 0 }).trim() === `[ ${text} ]`
  );
}

/** What an editor would not show, or a file in UTF-8 could not hold, is escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function numberText(value: number, notation: Notation): string {
  if (Object.is(value, -0)) return '-0';
  // As digits alone it would be one that a number loses digits of.
  if (Number.isInteger(value)) return Number.isSafeInteger(value) ? String(value) : value.toExponential();
  if (Number.isFinite(value)) return String(value);
  if (notation === 'json') throw new Unsayable(`JSON has no ${value}: write the pipeline file in YAML, or expect another value`);
  return Number.isNaN(value) ? '.nan' : value < 0 ? '-.inf' : '.inf';
}
