import { isLendable, type Lendable, type Lent, lending } from '../ends/lending.js';
import { ServedStore } from '../ends/served-store.js';
import type { EndPlace } from '../entry/lone-task.js';
import { ClosedError } from '../errors.js';
import type { FromLane, ToLane } from '../wire/frame.js';
import type { WireEnd } from '../wire/worker-port.js';

interface Found {
  readonly key: string | undefined;
  readonly end: Lendable;
}

/**
 * The ends of pipes and queues among the arguments of a worker: the argument itself, or members of one that is a plain object or an array.
 * Rejected: looking deeper, which would cost a walk through all that anybody sends.
 */
export class LentEnds {
  /** The arguments, with gaps where the ends are. */
  readonly args: unknown;
  readonly #found: readonly Found[];
  readonly #lent: Lent[] = [];
  readonly #served: ServedStore[] = [];

  /** @throws ClosedError for an end that cannot be given away */
  constructor(args: unknown) {
    this.#found = endsIn(args);
    this.args = withoutEnds(args, this.#found);
    const met = new Set<unknown>();
    for (const { end } of this.#found) {
      const { kind, check } = end[lending];
      check();
      if (kind === 'connection' && met.has(end))
        throw new ClosedError('the same end of a pipe cannot be given to a worker twice');
      met.add(end);
    }
  }

  /** Gives them to the worker, whose name is known and to whom a wire leads. */
  give(worker: string, { post, clone }: WireEnd<ToLane>): readonly EndPlace[] {
    return this.#found.map(({ key, end }) => {
      const { kind, give } = end[lending];
      const lent = give(worker);
      this.#lent.push(lent);
      const channels = lent.stores.map((store) => {
        const channel = this.#served.length;
        const wire = {
          post: (message: Extract<ToLane, { kind: 'channel' }>['message'], transfers?: readonly ArrayBuffer[]) =>
            post({ kind: 'channel', channel, message }, transfers),
          clone,
        };
        this.#served.push(new ServedStore(store, wire, worker));
        return channel;
      });
      return { key, kind, channels };
    });
  }

  receive({ channel, message }: Extract<FromLane, { readonly kind: 'channel' }>): void {
    this.#served[channel]?.receive(message);
  }

  /** The worker is gone; `error` unless it had come to its end. */
  end(error: unknown): void {
    for (const served of this.#served) served.end(error);
    for (const lent of this.#lent) lent.end(error);
  }
}

function endsIn(args: unknown): readonly Found[] {
  if (isLendable(args)) return [{ key: undefined, end: args }];
  const found: Found[] = [];
  if (Array.isArray(args)) {
    for (const [key, end] of args.entries()) if (isLendable(end)) found.push({ key: String(key), end });
    return found;
  }
  if (!isPlain(args)) return [];
  for (const key of Object.keys(args)) {
    const descriptor = Object.getOwnPropertyDescriptor(args, key);
    // A getter is the user's, and is called when the value is copied.
    if (isLendable(descriptor?.value)) found.push({ key, end: descriptor.value });
  }
  return found;
}

function withoutEnds(args: unknown, found: readonly Found[]): unknown {
  if (found.length === 0) return args;
  if (found[0]?.key === undefined) return undefined;
  const copy: object = Array.isArray(args) ? [...args] : { ...(args as object) };
  for (const { key } of found) Reflect.set(copy, key!, undefined);
  return copy;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Of any realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
