/** Timers of Node count in 32 bits with a sign and fire at once beyond. */
export const longestMs = 2 ** 31 - 1;
/** Default bytes that may wait before a stage. */
export const waitingBytes = 64 * 2 ** 20;
