import { jest } from '@jest/globals';

const EVERY_MS = 20;

/**
 * Puts the clock of this thread forward by so much again and again, until it is told to stop: what is watched from here is overdue when it
 * has been seen twice. Lanes have their own clocks, by which no item takes long. The clock is right again after `jest.restoreAllMocks()`.
 */
export function hurry(ms: number): () => void {
  const now = performance.now.bind(performance);
  let ahead = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
  const timer = setInterval(() => {
    ahead += ms;
  }, EVERY_MS);
  return () => clearInterval(timer);
}
