import { type SharedArray, type SharedValue, task } from '@millrace/workers';

export interface Numbers {
  readonly value: SharedValue<'float64'>;
  readonly array: SharedArray<'int32'>;
}

/** Changes what its parent sees. */
export const change = task(import.meta, 'change', ({ value, array }: Numbers) => {
  value.value = Math.PI;
  for (let index = 0; index < array.length; index += 1) array.set(index, -array.get(index));
});

/** Adds a half to the value and one to each number of the array, so many times, each time with the lock of what it changes. */
export const add = task(import.meta, 'add', ({ value, array, times }: Numbers & { readonly times: number }) => {
  for (let n = 0; n < times; n += 1) {
    value.updateSync((before) => before + 0.5);
    array.runSync((numbers) => {
      for (let index = 0; index < numbers.length; index += 1) numbers[index]! += 1;
    });
  }
});
