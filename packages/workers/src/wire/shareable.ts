/** A shared primitive as it lies in a message to another thread. */
export interface Part {
  /** Class of the primitive, by the name that it is registered under. */
  readonly kind: string;
  readonly memory: SharedArrayBuffer;
  /** Where threads that have ended are noted (shared/life.ts). */
  readonly life: SharedArrayBuffer;
  /** What it was made with, beside its memory; cloneable. */
  readonly terms: unknown;
}

/** Makes a primitive of a part, and of the primitives that it is made of. */
type Reviver = (part: Part, inner: readonly Shareable[]) => Shareable;

const revivers = new Map<string, Reviver>();

/**
 * An object over shared memory, which a thread can be given as it is. Its class is no matter of a structured clone, which would make a
 * plain object of it without a word: so each has a member that no clone takes, and what sends is told by the failure, at no cost for
 * messages that hold none. Then the message goes with parts in their place (sharing.ts).
 */
export abstract class Shareable {
  /** @internal No clone takes a symbol. Enumerable: members that are not are no matter of a clone. */
  readonly primitive: symbol;
  /** Its class, whatever a bundler calls it. */
  readonly #kind: string;

  constructor(kind: string) {
    this.primitive = Symbol(kind);
    this.#kind = kind;
  }

  /** @internal Asks no trap of a proxy, as `instanceof` does. */
  static is(value: unknown): value is Shareable {
    return typeof value === 'object' && value !== null && #kind in value;
  }

  /** @internal For the wire. */
  abstract toPart(): Part;

  /** @internal Primitives that this one is made of; they arrive as the same ones that came beside it. */
  get inner(): readonly Shareable[] {
    return [];
  }

  /** @hidden */
  get [Symbol.toStringTag](): string {
    return this.#kind;
  }
}

/** Called once for each class when its module is loaded. */
export function reviveBy(kind: string, reviver: Reviver): void {
  revivers.set(kind, reviver);
}

export function revivePart(part: Part, inner: readonly Shareable[]): Shareable {
  const revive = revivers.get(part.kind);
  if (revive === undefined) {
    throw new TypeError(
      `a ${part.kind} has come from another thread, whose version of @millrace/workers is not the one of this thread`,
    );
  }
  return revive(part, inner);
}
