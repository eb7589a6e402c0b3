import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { flow, io, LateEmissionError, operators, type StageError } from '@millrace/core';
import { testRun } from '@millrace/core/testing';
import type { OperatorFunction } from 'rxjs';
import type { AnyOperator } from '../declare/declaration.js';
import { OperatorChain } from '../lane/operator-chain.js';
import { local, rejection, turns, until, upTo } from './kit.fixture.js';
import { columns, type Family, type FamilyParams, families, family, headings } from './operator-families.fixture.js';

const rows = families.map((row, index): [string, number, Family] => [row.operators, index, row]);
const places: readonly FamilyParams['place'][] = ['io', 'inline', 'cpu'];

/** By a clock that moves on when all inputs have been fed: a machine that is held up changes nothing. */
async function outputsOf(params: Omit<FamilyParams, 'ms'>): Promise<readonly unknown[]> {
  const { delivered, error } = await testRun(family, { params: { ...params, ms: 1 } });
  if (error !== undefined) throw error;
  return delivered;
}

/** Lanes wait by the clock of the system: what must be in time has plenty of it. */
async function outputsOfLane(params: Omit<FamilyParams, 'ms'>, { inTime = false }: Family): Promise<readonly unknown[]> {
  const outputs: unknown[] = [];
  const ms = inTime ? 2000 : 1;
  for await (const output of family.iterate({ ...params, ms }, { workers: 1 })) outputs.push(output);
  return outputs;
}

const text = (value: unknown): string => JSON.stringify(value);
const sorted = (outputs: readonly unknown[]): unknown[] => [...outputs].sort((a, b) => (text(a) < text(b) ? -1 : 1));
const ordered = ({ order }: Family, outputs: readonly unknown[]): unknown => (order === 'of inputs' ? outputs : sorted(outputs));

describe.each(rows)('%s inside a stage', (_, row, claims) => {
  test.each(places)('O18 gives what it gives in RxJS, in the order and to the end that is claimed: %s', async (place) => {
    // Endless if it may be: then only its own end ends the run.
    const items = claims.early === 'yes' ? Number.POSITIVE_INFINITY : 10;
    const params = { row, place, items };
    const outputs = place === 'cpu' ? await outputsOfLane(params, claims) : await outputsOf(params);
    expect(ordered(claims, outputs)).toEqual(claims.gives);
  });

  test("with lineage: 'sync' is exact or an error, as claimed", async () => {
    const run = family.run({ row, place: 'io', items: 10, ms: 1, sync: true });
    if (claims.sync === 'exact') expect(await run).toMatchObject({ outcome: 'completed', read: 10 });
    else expect(((await rejection(run)) as StageError).cause).toBeInstanceOf(LateEmissionError);
  });

  test('with a key gives what a chain for each key gives, which is the same or not, as claimed', async () => {
    const together = sorted(await outputsOf({ row, place: 'io', items: 10 }));
    const byKey = sorted(await outputsOf({ row, place: 'io', items: 10, keys: 2 }));
    const alone: unknown[] = [];
    for (const key of [0, 1]) {
      const own = flow(upTo(10).filter((n) => n % 2 === key));
      const chain = local(() => own.pipe(io('work', operators(claims.program(1)))));
      alone.push(...(await testRun(chain)).delivered);
    }
    expect(byKey).toEqual(sorted(alone));
    // One that has failed and was caught ends for its key alone.
    if (!claims.operators.includes('catchError')) expect(text(byKey) === text(together)).toBe(claims.keyed === 'same');
  });

  test('gives something after the last input, or nothing, as claimed', async () => {
    const { chain, outputs, ended } = chainOf(claims.program(1));
    for (const n of upTo(10)) chain.next(n);
    const before = outputs.length;
    chain.complete();
    await until(ended);
    if (claims.early === 'no') expect(outputs.length > before).toBe(claims.atEnd !== 'nothing');
  });

  test('keeps as many inputs as claimed', async () => {
    const { chain } = chainOf(claims.program(1e6));
    const fed = feedObjects(chain, 42);
    // What a turn of the event loop has looked at is kept until its end.
    await turns(2);
    collectGarbage();
    const kept = fed.filter((each) => each.deref() !== undefined).length;
    chain.close();
    const [least, most] = { none: [0, 2], 'a few': [1, 8], all: [38, 42] }[claims.keeps];
    expect(kept).toBeGreaterThanOrEqual(least!);
    expect(kept).toBeLessThanOrEqual(most!);
  });
});

test('the table of the guide is what is tested', () => {
  const guide = readFileSync(new URL('../../../../docs/guides/rxjs-inside-a-stage.md', import.meta.url), 'utf8');
  const cells = families.map((row) => columns.map((column) => row[column]));
  const table = [columns.map((column) => headings[column]), columns.map(() => '---'), ...cells].map((row) =>
    row.length === 0 ? '' : `| ${row.join(' | ')} |`,
  );
  expect(guide.match(/^\|.*\|$/gm)).toEqual(table);
});

function chainOf(program: OperatorFunction<number, unknown>) {
  const outputs: unknown[] = [];
  let over = false;
  const chain = new OperatorChain([program as AnyOperator], {
    next: (value) => {
      outputs.push(typeof value);
    },
    error: () => {
      over = true;
    },
    complete: () => {
      over = true;
    },
  });
  chain.open();
  return { chain, outputs, ended: () => over };
}

/** A number that can be told from another, and seen to be gone. */
class Counted {
  readonly #n: number;

  constructor(n: number) {
    this.#n = n;
  }

  valueOf(): number {
    return this.#n;
  }
}

function feedObjects(chain: OperatorChain, count: number): WeakRef<Counted>[] {
  return upTo(count).map((n) => {
    const item = new Counted(n);
    chain.next(item);
    return new WeakRef(item);
  });
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
