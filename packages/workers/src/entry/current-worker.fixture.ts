import { currentWorker, task } from '@millrace/workers';

export const here = task(import.meta, 'here', () => currentWorker());
