/** The imports of a module that is being written: what is used is imported once, under a name of its own. */
export class Imports {
  readonly #names = new Map<string, Map<string, string>>();
  readonly #taken: Set<string>;

  /** @param taken names that the module declares itself */
  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken);
  }

  /** The name that an export has in the module. */
  use(module: string, name: string): string {
    const known = this.#names.get(module) ?? new Map<string, string>();
    this.#names.set(module, known);
    const given = known.get(name) ?? this.#free(name === 'default' ? 'imported' : name);
    known.set(name, given);
    return given;
  }

  #free(name: string): string {
    let free = name;
    for (let count = 2; this.#taken.has(free); count += 1) free = `${name}${count}`;
    this.#taken.add(free);
    return free;
  }

  /** Node.js first, then packages, then files. */
  get text(): string {
    const rank = (module: string) => (module.startsWith('node:') ? 0 : /^[./]/.test(module) ? 2 : 1);
    const modules = [...this.#names].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
    return modules
      .map(([module, names]) => {
        const specifiers = [...names]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, given]) => (name === given ? name : `${name} as ${given}`));
        return `import { ${specifiers.join(', ')} } from ${quoted(module)};\n`;
      })
      .join('');
  }
}

export function quoted(text: string): string {
  const json = JSON.stringify(text);
  return text.includes("'") ? json : `'${json.slice(1, -1).replaceAll('\\"', '"')}'`;
}
