import { describe, expect, test } from '@jest/globals';
import { Passage } from './passage.js';

describe('the passage of a batch', () => {
  test('costs what packing and unpacking take, and its wait is what is left beside its work', () => {
    const passage = new Passage();
    passage.left(100, 102, 500);
    expect(passage.came(120, 121, 70, 10)).toEqual({ handMs: 3, waitMs: 10, sentBytes: 500, receivedBytes: 70 });
  });

  test('is told in parts, each part once; while the batch is paused nobody waits for its lane', () => {
    const passage = new Passage();
    passage.left(100, 102, 500);
    passage.came(120, 121, 70, 10);
    passage.goOn(300);
    expect(passage.came(320, 325, 30, 15)).toEqual({ handMs: 5, waitMs: 5, sentBytes: 0, receivedBytes: 30 });
  });

  test('a batch that has not paused does not leave again', () => {
    const passage = new Passage();
    passage.left(100, 102, 0);
    passage.goOn(110);
    expect(passage.came(120, 120, 0, 0).waitMs).toBe(20);
  });

  test('never waits less than nothing, though two clocks may disagree', () => {
    const passage = new Passage();
    passage.left(100, 100, 0);
    expect(passage.came(110, 110, 0, 11).waitMs).toBe(0);
  });
});
