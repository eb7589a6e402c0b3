/** Items that one pull of a file source brings at most. */
export const maxPull = 1024;
