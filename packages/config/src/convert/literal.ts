import { quoted } from './imports.js';

/** Begins texts that are paths from the file's folder. */
export const pathMark = '\u0001';

/** A value as code. Vars in it are members of `vars`, as the file has them: `${day}`. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return value.startsWith(pathMark) ? `here(${textLiteral(value.slice(1))})` : textLiteral(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return objectLiteral(Object.entries(value).map(([name, member]) => [name, literal(member)]));
}

/** @param members names with what is code already */
export function objectLiteral(members: readonly (readonly [name: string, text: string])[]): string {
  if (members.length === 0) return '{}';
  return `{ ${members.map(([name, text]) => (name === text ? name : `${memberName(name)}: ${text}`)).join(', ')} }`;
}

export function memberName(name: string): string {
  // A plain `__proto__: x` would set the prototype.
  if (name === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

/** The access to a member: `.day`, `['a day']`. */
export function access(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${quoted(name)}]`;
}

function textLiteral(text: string): string {
  const whole = /^\$\{([^}]*)\}$/.exec(text)?.[1];
  if (whole !== undefined) return `vars${access(whole.trim())}`;
  const parts = text.split(/(\$\$\{|\$\{[^}]*\})/);
  if (parts.length === 1) return quoted(text);
  const plain = parts.map((part) => (part === '$${' ? '${' : part));
  if (parts.every((part) => part === '$${' || !part.startsWith('${'))) return quoted(plain.join(''));
  const filled = parts.map((part) => {
    if (part === '$${') return '\\${';
    return part.startsWith('${') ? `\${vars${access(part.slice(2, -1).trim())}}` : templateText(part);
  });
  return `\`${filled.join('')}\``;
}

function templateText(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll('`', '\\`').replaceAll('${', '\\${');
}
