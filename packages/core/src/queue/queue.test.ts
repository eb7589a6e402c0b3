import { describe } from '@jest/globals';
import { boundedQueue } from './bounded-queue.js';
import { Edge } from './edge.js';
import type { Overflow } from './overflow.js';
import { type ContractQueue, type QueueContract, queueContract } from './queue.contract.js';
import { END, NONE } from './sentinels.js';

function publicQueue(capacity: number, overflow: Overflow): ContractQueue {
  const { sender, receiver } = boundedQueue<unknown>(capacity, { overflow });
  return {
    get length() {
      return receiver.length;
    },
    get peak() {
      return receiver.peak;
    },
    get dropped() {
      return sender.dropped;
    },
    capacity: sender.capacity,
    offer: sender.trySend,
    take: receiver.tryReceive,
    end: sender.close,
    clear: receiver.cancel,
  };
}

/** An edge leaves it to its two sides to look before they push and shift. */
function edgeQueue(capacity: number): ContractQueue {
  const edge = new Edge(capacity);
  return {
    get length() {
      return edge.length;
    },
    get peak() {
      return edge.peak;
    },
    dropped: 0,
    capacity,
    offer: (item) => {
      if (edge.room === 0) return 'full';
      edge.push(item, -1);
      return 'sent';
    },
    take: () => {
      if (edge.length > 0) return edge.shift();
      return edge.finished ? END : NONE;
    },
    end: () => edge.end(),
    clear: () => edge.clear(),
  };
}

const whenFull = {
  wait: 'refused',
  fail: 'ended',
  dropOldest: 'oldest dropped',
  dropNewest: 'newest dropped',
} as const satisfies Record<Overflow, QueueContract['whenFull']>;

describe.each(['wait', 'fail', 'dropOldest', 'dropNewest'] as const)('a bounded queue, overflow %s', (overflow) => {
  queueContract({
    make: (capacity) => publicQueue(capacity, overflow),
    whenFull: whenFull[overflow],
    capacities: [0, 1, 2, 4, 16, 1024],
    refusesAfterEnd: true,
  });
});

describe('an edge', () => {
  queueContract({ make: edgeQueue, whenFull: 'refused', capacities: [1, 2, 4, 16, 1024], refusesAfterEnd: false });
});
