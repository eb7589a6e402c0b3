/** Timers of Node count in 32 bits with a sign and fire at once beyond. */
export const longestMs = 2 ** 31 - 1;

// Of what takes a place each, made before the first item comes: with many more a program would die for want of memory, and not say why.
/** Tasks, or writes, of one stage at once. */
export const mostAtOnce = 1_000_000;
/** Items that a stage has admitted. */
export const mostAdmitted = 10_000_000;
