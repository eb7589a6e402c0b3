/** The end-of-stream sentinel: what `receive` gives when every producer is done. Never an item; compared by identity. */
export const END: unique symbol = Symbol('millrace.END');

/** What `tryReceive` gives while nothing is there yet. Never an item. */
export const NONE: unique symbol = Symbol('millrace.NONE');
