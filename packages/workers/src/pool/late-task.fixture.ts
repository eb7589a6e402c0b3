import { task } from '@millrace/workers';

/** Declared in a function: no worker comes to call it. */
export const declareLate = () => task(import.meta, 'late', () => 1);
export const early = task(import.meta, 'early', () => 1);
