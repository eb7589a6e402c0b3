// Stages whose tasks are exports of another module.
import { cpu, flow, io, pipeline, task } from '@millrace/core';

const plain = new URL('./plain-functions.fixture.js', import.meta.url);

export const named = pipeline(import.meta, 'named', (name: string) =>
  flow([1, 2]).pipe(cpu('score', task<number, unknown>(plain, name), { onError: 'skip', order: 'none' })),
);

export const namedIo = pipeline(import.meta, 'namedIo', (name: string) =>
  flow([1, 2]).pipe(io('score', task<number, unknown>(plain, name), { onError: 'skip' })),
);

export const fusedNamed = pipeline(import.meta, 'fusedNamed', () =>
  flow([1, 2]).pipe(
    cpu('first', (n) => n + 1),
    cpu('second', task<number, { n: number; main: boolean }>(plain, 'where')),
  ),
);

export const hanging = pipeline(import.meta, 'hanging', () =>
  flow([1]).pipe(cpu('score', task<number, number>(new URL('./never-loaded.fixture.js', import.meta.url), 'score'))),
);

export const fusedHanging = pipeline(import.meta, 'fusedHanging', () =>
  flow([1]).pipe(
    cpu('first', (n) => n + 1),
    cpu('score', task<number, number>(new URL('./never-loaded.fixture.js', import.meta.url), 'score')),
  ),
);

export const absent = pipeline(import.meta, 'absent', () =>
  flow([1]).pipe(cpu('score', task<number, number>(new URL('./absent.js', import.meta.url), 'score'))),
);
