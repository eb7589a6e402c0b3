import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Barrier,
  BrokenBarrierError,
  Condition,
  HolderDiedError,
  Lock,
  PartyDiedError,
  RLock,
  Semaphore,
  SharedArray,
  SharedQueue,
  SharedValue,
} from '@millrace/workers';
import { Life } from './life.js';
import { onMain, Puppet, until } from './puppets.fixture.js';

const other = new Puppet();
const started: Puppet[] = [other];
afterAll(() => Promise.all(started.map((puppet) => puppet.kill())));

function start(): Puppet {
  const puppet = new Puppet();
  started.push(puppet);
  return puppet;
}

/** What somebody is told who waits. */
async function fault(waits: Promise<unknown>): Promise<unknown> {
  return waits.then(
    (value) => new Error(`it was given ${String(value)}`),
    (error: unknown) => error,
  );
}

describe('a thread that is killed with all it holds', () => {
  const lock = new Lock();
  const rlock = new RLock();
  const guarded = new Condition(new Lock());
  const semaphore = new Semaphore(1);
  const queue = new SharedQueue<number>({ capacity: 1 });
  const values = new SharedArray('int32', 4);
  let thread: number;
  let told: Record<string, unknown>;

  beforeAll(async () => {
    const victim = start();
    thread = victim.thread;
    // Those that wait in the condition do so before it has the lock.
    const inCondition = guarded.run(() => guarded.wait());
    await Promise.all([
      ...[lock, rlock, rlock, guarded, values.lock].map((held) => victim.act(held, 'acquire')),
      victim.perform('keepPermit', semaphore),
    ]);
    void victim.act(queue, 'get');
    await until(() => semaphore.value === 0);
    const waits = {
      lock: lock.acquire(),
      lockInWorker: other.act(lock, 'acquire'),
      rlock: rlock.acquire(),
      scope: rlock.run(() => 'ran'),
      condition: inCondition,
      array: values.run(() => 'ran'),
      semaphore: semaphore.acquire(),
      queue: queue.get(),
    };
    const faults = Object.entries(waits).map(async ([name, wait]) => [name, await fault(wait)] as const);
    // It must have come to the queue: it would be nobody's party otherwise.
    await until(() => queue.parties === 2);
    await victim.kill();
    told = Object.fromEntries(await Promise.all(faults));
  });

  test.each([
    ['lock', 'Lock'],
    ['lockInWorker', 'Lock'],
    ['rlock', 'RLock'],
    ['scope', 'RLock'],
    ['condition', 'Lock'],
    ['array', 'RLock'],
    ['semaphore', 'Semaphore'],
  ])('is told to who waits for its %s, by its thread and what it held', (name, primitive) => {
    expect(told[name]).toBeInstanceOf(HolderDiedError);
    expect(told[name]).toMatchObject({ name: 'HolderDiedError', code: 'ERR_HOLDER_DIED', primitive, thread });
    expect((told[name] as Error).message).toContain(`thread ${thread} ended while it held`);
  });

  test('is told to who waits in a queue that it took part in', async () => {
    expect(told.queue).toBeInstanceOf(PartyDiedError);
    expect(told.queue).toMatchObject({ code: 'ERR_PARTY_DIED', primitive: 'SharedQueue', thread });
    // What need not wait goes on; what has to is told as well.
    await queue.put(1);
    expect(await queue.get()).toBe(1);
    expect(await fault(other.act(queue, 'get'))).toBeInstanceOf(PartyDiedError);
    expect(queue.recover()).toBe(1);
    await expect(queue.get({ timeoutMs: 0 })).rejects.toThrow('was empty');
  });

  test('leaves its lock to nobody until one recovers it, who then holds it', async () => {
    expect(await fault(lock.acquire())).toBeInstanceOf(HolderDiedError);
    expect(await fault(lock.acquire({ timeoutMs: 0 }))).toBeInstanceOf(HolderDiedError);
    expect(lock.locked).toBe(true);
    expect(await Promise.all([other.act(lock, 'recover'), onMain.act(lock, 'recover')])).toContain(true);
    expect(lock.recover()).toBe(false);
    expect(await lock.acquire({ timeoutMs: 0 })).toBe(false);
    lock.release();
    expect(await lock.run(() => 'ran')).toBe('ran');
    expect(rlock.recover()).toBe(true);
    rlock.release();
    expect(rlock.locked).toBe(false);
  });

  test('leaves its permit to nobody until it is recovered', async () => {
    expect(await fault(other.act(semaphore, 'acquire'))).toBeInstanceOf(HolderDiedError);
    expect(semaphore.recover()).toBe(1);
    expect(semaphore.recover()).toBe(0);
    expect(await semaphore.acquire()).toBe(true);
  });
});

test.each([
  ['Lock', new Lock()],
  ['RLock', new RLock()],
] as const)(
  'a %s that one function has recovered is not given back by the scope of another one of its thread',
  async (_, lock) => {
    const condition = new Condition(lock);
    const victim = start();
    let toldAll = (): void => {};
    const allTold = new Promise<void>((resolve) => {
      toldAll = resolve;
    });
    let told = 0;
    const outcomes: boolean[] = [];
    const use = (): Promise<void> =>
      condition.run(async () => {
        await fault(condition.wait());
        if (++told === 2) toldAll();
        await allTold;
        outcomes.push(condition.recover());
      });
    const uses: Promise<void>[] = [];
    for (let i = 0; i < 2; i++) {
      uses.push(use());
      await until(() => !lock.locked);
    }
    await victim.act(condition, 'acquire');
    await victim.kill();
    await Promise.all(uses);
    expect(outcomes.sort()).toEqual([false, true]);
    // Both scopes are over, and who recovered it has not released it.
    expect(await other.act(condition, 'acquire', { timeoutMs: 0 })).toBe(false);
    condition.release();
    expect(lock.locked).toBe(false);
  },
);

test('the death of a holder is told to those that wait in its condition, however soon another one recovers the lock', async () => {
  const condition = new Condition(new Lock());
  const victim = start();
  const waits = fault(condition.run(() => condition.wait()));
  await victim.act(condition, 'acquire');
  await victim.kill();
  expect(condition.recover()).toBe(true);
  condition.release();
  expect(await waits).toMatchObject({ code: 'ERR_HOLDER_DIED', primitive: 'Lock', thread: victim.thread });
  // It is as usable as before.
  expect(await condition.run(() => condition.wait({ timeoutMs: 0 }))).toBe(false);
});

test('a thread that dies in a barrier breaks it for the others, with its death as the cause, until reset', async () => {
  const barrier = new Barrier(4);
  const victim = start();
  void victim.act(barrier, 'wait');
  const waits = [fault(barrier.wait()), fault(other.act(barrier, 'wait'))];
  await until(() => barrier.waiting === 3);
  await victim.kill();
  for (const error of await Promise.all(waits)) {
    expect(error).toBeInstanceOf(BrokenBarrierError);
    expect((error as Error).cause).toMatchObject({ name: 'PartyDiedError', thread: victim.thread });
  }
  expect(await fault(barrier.wait())).toMatchObject({ cause: { thread: victim.thread } });
  barrier.reset();
  expect((await Promise.all([1, 2, 3, 4].map(() => barrier.wait()))).sort()).toEqual([0, 1, 2, 3]);
});

test('a notified waiter that dies before it has the lock leaves its notification to another one', async () => {
  const condition = new Condition(new Lock());
  const victim = start();
  await victim.act(condition, 'acquire');
  void victim.act(condition, 'wait');
  const waits = condition.run(() => condition.wait());
  await condition.acquire();
  condition.notify();
  await victim.kill();
  // One that comes and goes does not take it away with its place.
  expect(await condition.wait({ timeoutMs: 0 })).toBe(false);
  condition.release();
  expect(await waits).toBe(true);
});

test('a thread that dies anywhere in a queue is told to who waits there, or nobody needs to be told', async () => {
  const queue = new SharedQueue<unknown>({ capacity: 4 });
  const begun = new SharedValue('int32');
  const victim = start();
  void victim.perform('churn', queue, begun);
  await until(() => begun.value > 20);
  await victim.kill();
  let error: unknown;
  while (error === undefined)
    error = await queue.get().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(['ERR_PARTY_DIED', 'ERR_HOLDER_DIED']).toContain((error as { code: string }).code);
});

test('a queue that is to go on does, and so does one that its party has left', async () => {
  const going = new SharedQueue<number>({ capacity: 1, onDeath: 'continue' });
  const left = new SharedQueue<number>({ capacity: 1 });
  const victim = start();
  await victim.act(left, 'put', 1);
  await victim.act(left, 'leave');
  await victim.act(going, 'put', 1);
  await victim.kill();
  for (const queue of [going, left]) {
    expect(await queue.get()).toBe(1);
    const got = queue.get();
    await other.act(queue, 'put', 2);
    expect(await got).toBe(2);
  }
});

describe('what is known of threads', () => {
  const notes = (): Life => new Life(new SharedArrayBuffer(4 * 3 * 16_385));

  test('one that has ended in order is gone and has not died, and its first end stands', () => {
    const life = notes();
    life.noteStart(5, 1);
    expect(life.isGone(5)).toBe(false);
    life.noteEnd(5, false);
    life.noteEnd(5, true);
    expect([life.isGone(5), life.hasDied(5), life.isGone(6)]).toEqual([true, false, false]);
    life.noteEnd(6, true);
    expect(life.hasDied(6)).toBe(true);
  });

  test('one dies with the thread that started it, at any depth', () => {
    const life = notes();
    life.noteStart(5, 3);
    life.noteStart(9, 5);
    expect(life.isGone(9)).toBe(false);
    life.noteEnd(3, true);
    expect([life.hasDied(9), life.hasDied(5), life.isGone(1)]).toEqual([true, true, false]);
  });

  test('a name that takes the place of another one is not taken for it', () => {
    const life = notes();
    life.noteEnd(5, true);
    expect(life.isGone(5 + 16_384)).toBe(false);
    life.noteEnd(5 + 16_384, true);
    expect([life.isGone(5), life.isGone(5 + 16_384)]).toEqual([false, true]);
  });
});
