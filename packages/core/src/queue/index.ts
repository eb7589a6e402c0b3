// Queues know no stage. `sentinels` END and NONE · `ring-buffer` the FIFO under both queues · `wait-list` who waits for a queue ·
// `overflow` what becomes of items without room · `bounded-queue` the public one, with promises and any number of producers and
// consumers, two halves of a `queue` · `edge` the one between two stages of a run, with callbacks, `edge-group` several of them read as one, `batch-edge` one with
// arrays in it · `observable-bridge` from an Observable into a queue · `bytes-of` what an item counts where bytes are limited · `items-in`
// what an array counts.

export { BatchEdge } from './batch-edge.js';
export {
  boundedQueue,
  type QueueOptions,
  type Receiver,
  type Sender,
  type WaitOptions,
} from './bounded-queue.js';
export { bytesOf } from './bytes-of.js';
export { Edge, type EdgeGauge } from './edge.js';
export { EdgeGroup } from './edge-group.js';
export { itemsIn } from './items-in.js';
export { ObservableBridge } from './observable-bridge.js';
export type { Overflow } from './overflow.js';
export type { QueueGauge } from './queue.js';
export { RingBuffer } from './ring-buffer.js';
export { END, NONE } from './sentinels.js';
