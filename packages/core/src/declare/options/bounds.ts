/** Timers of Node count in 32 bits with a sign and fire at once beyond. */
export const longestMs = 2 ** 31 - 1;
