/** The member that a path of names leads to, through lists by index; only own members count. Undefined when there is none. */
export function memberAt(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}

/** What a value is, in a few words, for errors. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object') return value === undefined ? 'nothing' : `a ${typeof value}`;
  const names = Object.keys(value);
  if (names.length === 0) return 'an object without members';
  return `an object with ${names
    .slice(0, 8)
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(', ')}${names.length > 8 ? ', …' : ''}`;
}
