import { textOf } from '../../declare/letter-item.js';
import { promisedOutput } from '../../declare/promised-items.js';
import type { OutputMaker } from '../../lane/index.js';
import type { Timed } from '../attempts/attempt-timer.js';
import { type Emission, OVER, PENDING } from '../emission.js';
import type { AheadSlots } from './ahead-slots.js';

/** What an emission needs of its stage. */
export interface EmissionHost {
  readonly ahead: AheadSlots;
  /** An output or the end can be taken now. */
  readonly wake: () => void;
  /** The maker has ended or failed: its task runs no more. */
  readonly settled: () => void;
  /** The next output of an async generator is waited for; `emission` is told when that takes too long. */
  readonly began: (emission: Timed) => void;
  /** It is not waited for any more. Comes after each `began`, and before `settled`. */
  readonly paused: () => void;
}

/** The outputs of a generator, an async generator or an Observable that a task has returned. */
export function emissionOf(maker: OutputMaker, host: EmissionHost): Emission {
  return maker.kind === 'generator'
    ? new GeneratorEmission(maker.iterator, host)
    : new AsyncGeneratorEmission(maker.iterator, host);
}

/** Pulled by `take`, never ahead: there is nothing to gain. */
class GeneratorEmission implements Emission {
  readonly held = 0;
  readonly #iterator: Iterator<unknown>;
  readonly #host: EmissionHost;
  #running = false;
  #done = false;

  constructor(iterator: Iterator<unknown>, host: EmissionHost) {
    this.#iterator = iterator;
    this.#host = host;
  }

  readonly take = (): unknown => {
    if (this.#done) return OVER;
    let done: boolean | undefined;
    let value: unknown;
    this.#running = true;
    try {
      const result = checked(this.#iterator.next());
      done = result.done;
      if (!done) value = result.value;
    } catch (error) {
      this.#settle();
      throw error;
    } finally {
      this.#running = false;
    }
    if (this.#done) {
      // Its own code has cancelled the run.
      this.#giveUp();
      return PENDING;
    }
    if (done) {
      this.#settle();
      return OVER;
    }
    const refused = promisedOutput(value, 'generator');
    if (refused === undefined) return value;
    this.#settle();
    this.#giveUp();
    throw refused;
  };

  readonly cancel = (): void => {
    if (this.#done) return;
    this.#settle();
    // A generator cannot be told to return while it runs.
    if (!this.#running) this.#giveUp();
  };

  #giveUp(): void {
    try {
      this.#iterator.return?.();
    } catch {
      // As with an async generator: its item was given up, what its clean-up throws concerns nobody.
    }
  }

  #settle(): void {
    this.#done = true;
    this.#host.settled();
  }
}

type Arrival =
  | { readonly kind: 'output'; readonly value: unknown; readonly ahead: boolean }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly error: unknown };

/** One `next()` at a time; goes on ahead of its turn while the stage has slots for that, else pauses. */
class AsyncGeneratorEmission implements Emission, Timed {
  readonly #arrived: Arrival[] = [];
  readonly #iterator: AsyncIterator<unknown>;
  readonly #host: EmissionHost;
  /** Whether an output is on its way, and in which place: one of the slots for outputs ahead, or none, as it is its turn. */
  #pending: 'no' | 'ahead' | 'turn' = 'no';
  #done = false;

  constructor(iterator: AsyncIterator<unknown>, host: EmissionHost) {
    this.#iterator = iterator;
    this.#host = host;
    this.#pullAhead();
  }

  get held(): number {
    // An end or an error can only be the last, and is no item.
    const last = this.#arrived.at(-1);
    return last === undefined || last.kind === 'output' ? this.#arrived.length : this.#arrived.length - 1;
  }

  readonly take = (): unknown => {
    const arrival = this.#arrived.shift();
    if (arrival === undefined) {
      // Its turn: the output that comes needs no slot, it is taken at once.
      if (this.#pending === 'no' && !this.#done) this.#pull('turn');
      return this.#done ? OVER : PENDING;
    }
    if (arrival.kind === 'error') throw arrival.error;
    if (arrival.kind === 'end') return OVER;
    if (arrival.ahead) this.#host.ahead.giveBack();
    this.#pullAhead();
    return arrival.value;
  };

  readonly cancel = (): void => {
    for (const arrival of this.#arrived.splice(0)) if (arrival.kind === 'output' && arrival.ahead) this.#host.ahead.giveBack();
    this.#giveUp();
  };

  readonly timedOut = (error: unknown): void => {
    this.#giveUp();
    this.#arrived.push({ kind: 'error', error });
    this.#host.wake();
  };

  #giveUp(): void {
    if (this.#done) return;
    this.#done = true;
    if (this.#pending !== 'no') this.#host.paused();
    // It may never come.
    if (this.#pending === 'ahead') {
      this.#pending = 'turn';
      this.#host.ahead.giveBack();
    }
    // A generator that waits in next() answers return() only afterwards, maybe never: nobody waits for it.
    void returned(this.#iterator);
    this.#host.settled();
  }

  readonly #pullAhead = (): void => {
    if (this.#pending !== 'no' || this.#done) return;
    if (this.#host.ahead.acquire(this.#pullAhead)) this.#pull('ahead');
  };

  #pull(place: 'ahead' | 'turn'): void {
    this.#pending = place;
    this.#host.began(this);
    nextOf(this.#iterator).then(
      (result) => this.#arrive(this.#withoutPromise(arrivalOf(result, place === 'ahead'))),
      (error: unknown) => this.#arrive({ kind: 'error', error }),
    );
  }

  /** An async generator has none to give: its yield waits. */
  #withoutPromise(arrival: Arrival): Arrival {
    const error = arrival.kind === 'output' ? promisedOutput(arrival.value, 'generator') : undefined;
    if (error === undefined) return arrival;
    void returned(this.#iterator);
    return { kind: 'error', error };
  }

  #arrive(arrival: Arrival): void {
    const ahead = this.#pending === 'ahead';
    this.#pending = 'no';
    if (ahead && (arrival.kind !== 'output' || this.#done)) this.#host.ahead.giveBack();
    if (this.#done) return;
    this.#host.paused();
    this.#arrived.push(arrival);
    if (arrival.kind === 'output') this.#pullAhead();
    else {
      this.#done = true;
      this.#host.settled();
    }
    this.#host.wake();
  }
}

// An iterator may be no generator: it is the user's, and may throw at once, give no promise, or one of nonsense.

function nextOf(iterator: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
  try {
    const result: unknown = iterator.next();
    return result instanceof Promise ? result : Promise.resolve(result as IteratorResult<unknown>);
  } catch (error) {
    return Promise.reject(error);
  }
}

function arrivalOf(result: IteratorResult<unknown>, ahead: boolean): Arrival {
  try {
    return checked(result).done ? { kind: 'end' } : { kind: 'output', value: result.value, ahead };
  } catch (error) {
    return { kind: 'error', error };
  }
}

function checked(result: IteratorResult<unknown>): IteratorResult<unknown> {
  if (typeof result === 'object' && result !== null) return result;
  throw new TypeError(`an iterator gave ${textOf(result)} instead of a result`);
}

/** What comes of it concerns nobody. */
async function returned(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // See above.
  }
}
