import { threadId, type Worker } from 'node:worker_threads';

// Who notices a death: the thread that started the one that has ended, by its `exit`. It notes it in shared memory, where those that wait
// look. The note travels with each primitive, and a thread may meet several: primitives that were made by threads that had none of
// each other's yet. Each thread writes into all it has met, and keeps them: so lanes are given those of the thread that started them, and
// make none of their own.

/** A thread as primitives name it: never 0. */
export type ThreadName = number;

/** Threads whose notes are kept. A later one takes the place of the one that started so many threads before it. */
const KEPT = 16_384;
/** Of a thread: its end as `name * 2 + died`, its name again, and its parent. */
const WORDS = 3;

/** The thread that runs this. */
export const me: ThreadName = threadId + 1;

export function threadIdOf(name: ThreadName): number {
  return name - 1;
}

/** What is known of the threads of the process: which have ended, and how. */
export class Life {
  readonly buffer: SharedArrayBuffer;
  readonly #notes: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#notes = new Int32Array(buffer);
  }

  /** The thread that made these notes: it has made no others. For all lanes, at any depth, the thread that started the first. */
  get maker(): ThreadName {
    return this.#notes[0]!;
  }

  /** It has ended, one way or the other. */
  isGone(thread: ThreadName): boolean {
    return this.#endOf(thread) !== undefined;
  }

  /** It has ended otherwise than by itself or by the closing of its pool. */
  hasDied(thread: ThreadName): boolean {
    return this.#endOf(thread) === 'died';
  }

  noteStart(thread: ThreadName, parent: ThreadName): void {
    const at = placeOf(thread);
    Atomics.store(this.#notes, at + 2, parent);
    Atomics.store(this.#notes, at + 1, thread);
  }

  noteEnd(thread: ThreadName, died: boolean): void {
    const at = placeOf(thread);
    // What a thread has said of itself stands.
    if (Atomics.load(this.#notes, at) >> 1 !== thread) Atomics.store(this.#notes, at, thread * 2 + (died ? 1 : 0));
  }

  /** A thread ends with the one that started it, and then nobody is left to note it. */
  #endOf(thread: ThreadName): 'ended' | 'died' | undefined {
    for (let at = thread; at > 0; ) {
      const place = placeOf(at);
      const note = Atomics.load(this.#notes, place);
      if (note >> 1 === at) return at === thread && (note & 1) === 0 ? 'ended' : 'died';
      at = Atomics.load(this.#notes, place + 1) === at ? Atomics.load(this.#notes, place + 2) : 0;
    }
    return undefined;
  }
}

function placeOf(thread: ThreadName): number {
  return (1 + (thread % KEPT)) * WORDS;
}

/** The notes that this thread writes into; the first are those of the primitives it makes. */
const met: Life[] = [];

/** Threads that this one has started: undefined while they run, else whether they have died. In the order of their starts. */
const started = new Map<ThreadName, boolean | undefined>();

export function life(): Life {
  if (met[0] !== undefined) return met[0];
  const buffer = new SharedArrayBuffer((1 + KEPT) * WORDS * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(buffer)[0] = me;
  return meet(new Life(buffer));
}

/** The notes that came with a primitive. Two objects over one memory cannot be compared, their makers can. */
export function lifeOf(buffer: SharedArrayBuffer): Life {
  const notes = new Life(buffer);
  return met.find((known) => known.maker === notes.maker) ?? meet(notes);
}

function meet(notes: Life): Life {
  met.push(notes);
  for (const [thread, died] of started) {
    notes.noteStart(thread, me);
    if (died !== undefined) notes.noteEnd(thread, died);
  }
  return notes;
}

/**
 * Makes the death of a thread known to those that wait for what it holds. Pools do that for their lanes; call it right after
 * `new Worker(...)` for a thread that you start yourself and give primitives to. Exit code 0 is an end in order: it breaks no queue.
 *
 * See `share` for a whole example.
 *
 * @param worker one that has not ended: its `threadId` is taken at this call
 */
export function watchThread(worker: Worker): void {
  const thread = worker.threadId + 1;
  started.set(thread, undefined);
  for (const notes of met) notes.noteStart(thread, me);
  worker.once('exit', (exitCode) => {
    started.set(thread, exitCode !== 0);
    for (const notes of met) notes.noteEnd(thread, exitCode !== 0);
    forgetOldest();
  });
}

/** This thread is ended by others from here on, and in order. */
export function takeLeave(): void {
  for (const notes of met) notes.noteEnd(me, false);
}

/** Notes that are met later need the ends of those that may still be waited for. */
function forgetOldest(): void {
  if (started.size <= KEPT) return;
  for (const [thread, died] of started) {
    if (died === undefined) continue;
    started.delete(thread);
    return;
  }
}
