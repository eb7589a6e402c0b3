import { Worker } from 'node:worker_threads';
import { type RunContender, workers } from '../contender.js';
import type { Tally } from '../tally.js';
import { tallyOf, type Workload } from '../workloads/workload.js';
import { type EncodingName, encodingNamed } from './encoding.js';
import type { HandWrittenOrder } from './hand-written-worker.js';
import { oneByOne } from './one-by-one.js';

export interface HandWrittenShape {
  readonly encoding: EncodingName;
  /** What the outputs are encoded by. Absent: as the items are. */
  readonly outputs?: EncodingName;
  /** Items of a message. */
  readonly batch: number;
  /** Messages under way to or from each worker. */
  readonly inFlight: number;
}

/** What one writes for this very job on bare `worker_threads`: nothing that the job does not need, no failure foreseen. */
export function handWritten(workload: Workload, shape: HandWrittenShape): RunContender {
  return async (size) => {
    const tally = tallyOf(workload);
    const lanes = Array.from({ length: workers }, () =>
      open({ workload: workload.name, encoding: shape.outputs ?? shape.encoding }),
    );
    await new Promise<void>((resolve, reject) => {
      const loop = new OrderedLoop(workload.items(size)[Symbol.iterator](), shape, tally, resolve);
      for (const worker of lanes) {
        worker.on('error', reject);
        loop.add(worker);
      }
    });
    await Promise.all(lanes.map((worker) => worker.terminate()));
    return tally.outcome;
  };
}

/** A message there and one back: the floor under the latency of whatever hands an item to a thread. */
export function handWrittenOneByOne(workload: Workload): RunContender {
  return async (size) => {
    const worker = open({ workload: workload.name, encoding: 'item' });
    let settle: (output: unknown) => void = () => {};
    worker.on('message', (output) => settle(output));
    const finish = await oneByOne(workload, size, (item) => {
      worker.postMessage(item);
      return new Promise((resolve) => {
        settle = resolve;
      });
    });
    await worker.terminate();
    return finish;
  };
}

/** A new worker for every item: what a first try at worker threads looks like. */
export function workerPerItem(workload: Workload): RunContender {
  return (size) =>
    oneByOne(workload, size, async (item) => {
      const worker = open({ workload: workload.name, encoding: 'item' });
      worker.postMessage(item);
      const output = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
      await worker.terminate();
      return output;
    });
}

function open(workerData: HandWrittenOrder): Worker {
  return new Worker(new URL('./hand-written-worker.js', import.meta.url), { workerData });
}

/** Keeps workers supplied and tallies batches in order. Replies of one worker come in the order of its batches. */
class OrderedLoop {
  readonly #items: Iterator<unknown>;
  readonly #shape: HandWrittenShape;
  readonly #tally: Tally;
  readonly #done: () => void;
  /** Outputs that came before their turn, by number of the batch. Without a bound: the tasks of a scenario all take the same time. */
  readonly #early = new Map<number, readonly unknown[]>();
  #posted = 0;
  #tallied = 0;
  #ended = false;

  constructor(items: Iterator<unknown>, shape: HandWrittenShape, tally: Tally, done: () => void) {
    this.#items = items;
    this.#shape = shape;
    this.#tally = tally;
    this.#done = done;
  }

  add(worker: Worker): void {
    const { encode, decode } = encodingNamed(this.#shape.encoding);
    const underWay: number[] = [];
    const post = (): void => {
      const items = this.#take();
      if (items.length === 0) return;
      const { body, transfer } = encode(items);
      underWay.push(this.#posted++);
      worker.postMessage(body, transfer);
    };
    worker.on('message', (body) => {
      const number = underWay.shift()!;
      post();
      this.#arrived(number, decode(body));
    });
    for (let i = 0; i < this.#shape.inFlight; i++) post();
  }

  #take(): unknown[] {
    const items: unknown[] = [];
    while (items.length < this.#shape.batch && !this.#ended) {
      const next = this.#items.next();
      if (next.done === true) this.#ended = true;
      else items.push(next.value);
    }
    return items;
  }

  #arrived(number: number, outputs: readonly unknown[]): void {
    if (number !== this.#tallied) {
      this.#early.set(number, outputs);
      return;
    }
    this.#release(outputs);
    for (let next = this.#early.get(this.#tallied); next !== undefined; next = this.#early.get(this.#tallied)) {
      this.#early.delete(this.#tallied);
      this.#release(next);
    }
    if (this.#ended && this.#tallied === this.#posted) this.#done();
  }

  #release(outputs: readonly unknown[]): void {
    this.#tallied++;
    for (const output of outputs) this.#tally.add(output);
  }
}
