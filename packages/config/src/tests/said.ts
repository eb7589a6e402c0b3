import type { Var } from '../document/vars.js';

/** What came out cannot be written into a pipeline file; the message says why, and what may be done. */
export class Unsayable extends Error {}

/** What a file must not tell. */
export interface Secrets {
  /** Secret vars, which stand in the file by their names. */
  readonly vars: readonly Var[];
  /** All texts that are secret: values of options, too, that have no name. */
  readonly texts: readonly string[];
}

/** @param texts what must not be printed of a loaded file */
export function secretsOf(vars: Iterable<Var>, texts: readonly string[]): Secrets {
  const secret = [...vars].filter((each) => each.secret && each.value !== '');
  // One secret may be a part of another.
  secret.sort((a, b) => String(b.value).length - String(a.value).length);
  return { vars: secret, texts: texts.filter((text) => text !== '') };
}

/**
 * Data as a file says it, so that it is the same data again when vars have been put in: `${` is `$${`, and a secret is its var.
 *
 * @throws Unsayable
 */
export function said(data: unknown, secrets: Secrets): unknown {
  if (typeof data === 'string') return saidText(data, secrets);
  if (Array.isArray(data)) return data.map((item) => said(item, secrets));
  if (typeof data !== 'object' || data === null) return saidScalar(data, secrets);
  return Object.fromEntries(Object.entries(data).map(([key, member]) => [saidKey(key, secrets), said(member, secrets)]));
}

function saidText(text: string, secrets: Secrets): string {
  const whole = secrets.vars.find(({ value }) => String(value) === text);
  // As the whole of a scalar a var keeps its type.
  if (whole !== undefined && typeof whole.value !== 'string') throw otherType(whole);
  return withoutVars(text, secrets.vars, secrets.texts);
}

function withoutVars(text: string, [secret, ...others]: readonly Var[], texts: readonly string[]): string {
  if (secret === undefined) {
    if (texts.some((each) => text.includes(each))) {
      throw new Unsayable('it holds the secret value of an option: expect it by hand, or let a mock stand in for the stage');
    }
    return text.replaceAll('${', () => '$${');
  }
  const parts = text.split(String(secret.value)).map((part) => withoutVars(part, others, texts));
  if (parts.slice(0, -1).some((part) => part.endsWith('$'))) {
    throw new Unsayable(`a "$" stands before the secret "${secret.name}", where no var can: ${byAnother(secret)}`);
  }
  return parts.join(`\${${secret.name}}`);
}

/** Keys take no vars, so that they are not escaped either. */
function saidKey(key: string, { vars, texts }: Secrets): string {
  const secret = vars.find(({ value }) => key.includes(String(value)));
  if (secret !== undefined) throw new Unsayable(`a key holds the secret "${secret.name}": ${byAnother(secret)}`);
  if (texts.some((text) => key.includes(text))) throw new Unsayable('a key holds the secret value of an option');
  return key;
}

function saidScalar(data: unknown, { vars }: Secrets): unknown {
  const secret = vars.find(({ value }) => String(value) === String(data));
  if (secret === undefined) return data;
  if (secret.value !== data) throw otherType(secret);
  return `\${${secret.name}}`;
}

function otherType(secret: Var): Unsayable {
  return new Unsayable(`it holds the secret "${secret.name}" as a value of another type: ${byAnother(secret)}`);
}

function byAnother({ name }: Var): string {
  return `give the test a value of its own, by "vars: { ${name}: … }"`;
}
