import { expect, test } from '@jest/globals';
import { WorkerDeathError } from '@millrace/workers';
import { type Caller, type Poked, Supply } from './supply.js';
import { Turns } from './turns.js';

const death = new WorkerDeathError('gone', {});

/** A caller of the given items, whose tickets are the items themselves. */
class List implements Caller<string> {
  readonly told: string[] = [];
  readonly #items: string[];

  constructor(...items: string[]) {
    this.#items = items;
  }

  get hasFresh(): boolean {
    return this.#items.length > 0;
  }

  readonly draw = (max: number) => {
    const items = this.#items.splice(0, max);
    return { items, tickets: [...items] };
  };
  readonly value = (ticket: string, value: unknown): unknown => this.told.push(`${ticket}=${value}`);
  readonly failed = (ticket: string, error: unknown): unknown => this.told.push(`${ticket} failed: ${(error as Error).message}`);
  readonly flush = (): void => undefined;
}

function channel() {
  const givenUp: number[] = [];
  return { givenUp, poke: () => undefined, giveUp: (_batch: unknown, index: number) => givenUp.push(index) } satisfies Poked & {
    givenUp: number[];
  };
}

const reply = (values: readonly unknown[], counts?: readonly number[]) => ({
  ...{ lane: 0, values, counts, failures: undefined, more: false, returned: 0, busyMs: 0 },
});

test('a death fails the item that ran; the others are taken again, before fresh ones', () => {
  const list = new List('a', 'b', 'c', 'd');
  const supply = new Supply(channel(), list, () => undefined);
  supply.take(3)!.lost(1, death);
  expect(list.told).toEqual(['b failed: gone']);
  const again = supply.take(3)!;
  expect(again.items).toEqual(['a', 'c']);
  again.reply(reply([1, 2]));
  expect(list.told.slice(1)).toEqual(['a=1', 'c=2']);
  expect(supply.take(3)!.items).toEqual(['d']);
});

test('when it is not known which item ran, they are taken one by one', () => {
  const list = new List('a', 'b', 'c');
  const supply = new Supply(channel(), list, () => undefined);
  supply.take(3)!.lost('unknown', death);
  const alone = supply.take(3)!;
  expect(alone.items).toEqual(['a']);
  alone.reply(reply([1]));
  supply.take(3)!.lost('unknown', death);
  expect(list.told).toEqual(['a=1', 'b failed: gone']);
  expect(supply.take(3)!.items).toEqual(['c']);
});

test('what was given up is told of no more, wherever it is', () => {
  const list = new List('a', 'b', 'c', 'd');
  const lanes = channel();
  const supply = new Supply(lanes, list, () => undefined);
  const running = supply.take(2)!;
  supply.take(2)!.lost('none', death);
  supply.giveUp((ticket) => ticket === 'b' || ticket === 'c', 'reason');
  expect(lanes.givenUp).toEqual([1]);
  expect(supply.running).toBe(1);
  running.reply(reply([1], [1, 0]));
  expect(supply.take(4)!.items).toEqual(['d']);
  expect(list.told).toEqual(['a=1']);
});

test('supplies are served in turn, whichever job is asked first', () => {
  const turns = new Turns();
  const [one, other] = [channel(), channel()];
  const enter = (turner: Supply<string>): void => turns.enter(turner);
  enter(new Supply(one, new List('a1', 'a2', 'a3'), () => undefined));
  enter(new Supply(other, new List('b1', 'b2'), () => undefined));
  const taken: unknown[] = [];
  for (let round = 0; round < 6; round += 1) {
    for (const asked of [other, one]) taken.push(...(turns.take(asked, 1)?.items ?? []));
  }
  expect(taken).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
});
