import type { Batch, Loss, Reply, Suspect } from '../lanes/job.js';
import { Few } from '../wire/few.js';

/** Items for one batch, each with the ticket by which its caller knows it. */
export interface Drawn<T> {
  readonly items: unknown[];
  readonly tickets: T[];
}

/** Where a supply has its items from, and who is told what became of them. */
export interface Caller<T> {
  /** Whether `draw` is worth a call. */
  readonly hasFresh: boolean;
  /** Up to `max` items that no lane has had; none when there are none after all. */
  readonly draw: (max: number) => Drawn<T>;
  readonly value: (ticket: T, value: unknown) => void;
  readonly failed: (ticket: T, error: unknown) => void;
  /** Values and failures that came together have all been told. */
  readonly flush: () => void;
}

/** A batch, whatever the tickets of its items. */
export interface OpenBatch extends Batch {
  readonly reply: (reply: Reply) => void;
  readonly lost: (suspect: Suspect, why: Loss) => void;
}

/** What takes its turn at the lanes. */
export interface Turner {
  /** The job that its batches belong to. */
  readonly channel: Poked;
  readonly hasWork: boolean;
  readonly take: (max: number) => OpenBatch | undefined;
}

export interface Poked {
  readonly poke: () => void;
  readonly giveUp: (batch: OpenBatch, index: number, reason: unknown) => void;
}

interface Flight<T> extends OpenBatch {
  /** Undefined for items that were given up. */
  readonly tickets: (T | undefined)[];
  /** Its one item was taken so since it may have ended a lane. */
  readonly isSuspect: boolean;
}

interface Item<T> {
  readonly item: unknown;
  readonly ticket: T;
}

/** Items that are served together, in turn with other supplies. Keeps each until its outcome is here, so that a dead worker costs none. */
export class Supply<T> implements Turner {
  readonly channel: Poked;
  readonly #caller: Caller<T>;
  readonly #enter: (turner: Turner) => void;
  readonly #flights = new Few<Flight<T>>();
  /** Given back by a lane, or lost with it while another item, or none, was running. */
  #again: Item<T>[] = [];
  /** Lost with their worker, and one of them may have been running: taken one by one, the guilty one is found. */
  #alone: Item<T>[] = [];

  /** `enter` when there is work again. */
  constructor(channel: Poked, caller: Caller<T>, enter: (turner: Turner) => void) {
    this.channel = channel;
    this.#caller = caller;
    this.#enter = enter;
  }

  get hasWork(): boolean {
    return this.#again.length > 0 || this.#alone.length > 0 || this.#caller.hasFresh;
  }

  /** Items that a lane holds. */
  get running(): number {
    let running = 0;
    for (const { tickets } of this.#flights) for (const ticket of tickets) if (ticket !== undefined) running += 1;
    return running;
  }

  /** Items that wait to be run again. */
  get again(): number {
    return this.#again.length + this.#alone.length;
  }

  readonly take = (max: number): OpenBatch | undefined => {
    const isSuspect = this.#alone.length > 0;
    const { items, tickets } = this.#drawAgain(max) ?? this.#caller.draw(max);
    if (items.length === 0) return undefined;
    const flight: Flight<T> = {
      items,
      tickets,
      isSuspect,
      reply: (reply) => this.#reply(flight, reply),
      lost: (suspect, why) => this.#lost(flight, suspect, why),
    };
    this.#flights.add(flight);
    return flight;
  };

  /** Those that `chosen` names are run no more, and nothing is told of them. */
  giveUp(chosen: (ticket: T) => boolean, reason: unknown): void {
    this.#again = this.#again.filter(({ ticket }) => !chosen(ticket));
    this.#alone = this.#alone.filter(({ ticket }) => !chosen(ticket));
    for (const flight of this.#flights) {
      flight.tickets.forEach((ticket, index) => {
        if (ticket === undefined || !chosen(ticket)) return;
        flight.tickets[index] = undefined;
        this.channel.giveUp(flight, index, reason);
      });
    }
  }

  /** The job is broken or closed: nothing more is heard of what is under way. Gives that. */
  forget(): readonly T[] {
    const flying = this.#flights.clear().flatMap(({ tickets }) => tickets.filter((ticket) => ticket !== undefined));
    const waiting = [...this.#again, ...this.#alone].map(({ ticket }) => ticket);
    this.#again = [];
    this.#alone = [];
    return [...flying, ...waiting];
  }

  #drawAgain(max: number): Drawn<T> | undefined {
    const taken = this.#alone.length > 0 ? this.#alone.splice(0, 1) : this.#again.splice(0, max);
    if (taken.length === 0) return undefined;
    return { items: taken.map(({ item }) => item), tickets: taken.map(({ ticket }) => ticket) };
  }

  #reply(flight: Flight<T>, { values, counts, failures, returned }: Reply): void {
    this.#flights.delete(flight);
    const tickets = returned === 0 ? flight.tickets : flight.tickets.slice(0, -returned);
    if (returned > 0) this.#takeBack(flight, tickets.length);
    if (counts === undefined && failures === undefined) {
      for (let i = 0; i < tickets.length; i += 1) this.#tell(tickets[i], values[i]);
    } else {
      const errors = new Map(failures?.map(({ index, error }) => [index, error]));
      let next = 0;
      tickets.forEach((ticket, index) => {
        const outputs = counts?.[index] ?? 1;
        if (errors.has(index)) this.#fail(ticket, errors.get(index));
        else if (outputs > 0) this.#tell(ticket, values[next]);
        next += outputs;
      });
    }
    this.#caller.flush();
  }

  /** The lane has not come to the items from this one on. */
  #takeBack({ items, tickets }: Flight<T>, from: number): void {
    for (let i = from; i < tickets.length; i += 1) {
      const ticket = tickets[i];
      if (ticket !== undefined) this.#again.push({ item: items[i], ticket });
    }
    if (this.hasWork) this.#enter(this);
  }

  #lost(flight: Flight<T>, suspect: Suspect, why: Loss): void {
    this.#flights.delete(flight);
    const { items, tickets, isSuspect } = flight;
    const guilty = suspect === 'unknown' && isSuspect ? 0 : suspect;
    tickets.forEach((ticket, index) => {
      if (ticket === undefined) return;
      if (index === guilty) this.#fail(ticket, why);
      else (guilty === 'unknown' ? this.#alone : this.#again).push({ item: items[index], ticket });
    });
    if (this.hasWork) this.#enter(this);
    this.#caller.flush();
  }

  #tell(ticket: T | undefined, value: unknown): void {
    if (ticket !== undefined) this.#caller.value(ticket, value);
  }

  #fail(ticket: T | undefined, error: unknown): void {
    if (ticket !== undefined) this.#caller.failed(ticket, error);
  }
}
