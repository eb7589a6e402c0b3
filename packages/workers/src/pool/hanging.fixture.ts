import { task } from '@millrace/workers';

export const double = task(import.meta, 'double', (item: number) => item * 2);
export const forever = task(import.meta, 'forever', (_: unknown) => new Promise<never>(() => undefined));
export const unloaded = task(new URL('./endless-import.fixture.js', import.meta.url), 'run');
