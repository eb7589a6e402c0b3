// Queues know no stage. `sentinels` END and NONE · `ring-buffer` the FIFO under both queues · `bounded-queue` the public one, with
// promises and any number of producers and consumers · `edge` the one between two stages of a run, with callbacks, `edge-group` several
// of them read as one · `bytes-of` what an item counts where bytes are limited.
export { boundedQueue, type QueueGauge, type Receiver, type Sender } from './bounded-queue.js';
export { bytesOf } from './bytes-of.js';
export { Edge, type EdgeGauge } from './edge.js';
export { EdgeGroup } from './edge-group.js';
export { RingBuffer } from './ring-buffer.js';
export { END, NONE } from './sentinels.js';
