import { type Barrier, currentWorker, task, workerLocal } from '@millrace/workers';

/** The student of the thread: whoever asks for it gets that of the thread it runs on, and nobody hands it from call to call. */
const student = workerLocal(() => 'nobody');

/** Becomes the thread of a student. All have theirs when the first goes on, and none has overwritten another's. */
export const attend = task(import.meta, 'attend', ({ name, together }: { readonly name: string; readonly together: Barrier }) => {
  const before = student.get();
  student.set(name);
  together.waitSync();
  return `${greeting()}; before that it was ${before}`;
});

/** Knows no name, only where it is. */
export function greeting(): string {
  return `hello ${student.get()}, in ${currentWorker().name}`;
}
