const longest = 60;

/** A value as messages show it: short, and without calling into it. */
export function valueText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > longest ? `${JSON.stringify(value.slice(0, longest))}…` : JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return value.name === '' ? 'a function' : `function ${value.name}`;
    case 'object':
      return value === null ? 'null' : objectText(value);
    default:
      return String(value);
  }
}

function objectText(value: object): string {
  if (Array.isArray(value)) return 'an array';
  // Class names end in the prototype's constructor; objects without one are called plain.
  const maker: unknown = Object.getPrototypeOf(value)?.constructor;
  const name = typeof maker === 'function' ? maker.name : '';
  if (name === '' || name === 'Object') return 'an object';
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}
