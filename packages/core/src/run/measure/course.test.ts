import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Course } from './course.js';

describe('a course', () => {
  test('of few records tells each', () => {
    const course = new Course();
    course.record(5, 1);
    course.record(7, 2);
    expect(course.points).toEqual([
      { atMs: 5, mean: 1 },
      { atMs: 7, mean: 2 },
    ]);
  });

  test('that is full takes two points for one', () => {
    const course = new Course();
    for (let i = 0; i <= 32; i += 1) course.record(i, i);
    expect(course.points).toHaveLength(17);
    expect(course.points.slice(0, 2)).toEqual([
      { atMs: 0, mean: 0.5 },
      { atMs: 2, mean: 2.5 },
    ]);
    expect(course.points.at(-1)).toEqual({ atMs: 32, mean: 32 });
  });

  test('of any length has few points, in order, between the least and the most', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 2000 }), (values) => {
        const course = new Course();
        for (const [at, value] of values.entries()) course.record(at, value);
        const { points } = course;
        expect(points.length).toBeLessThanOrEqual(32);
        expect(points.length).toBeGreaterThanOrEqual(Math.min(values.length, 16));
        const times = points.map(({ atMs }) => atMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        const [least, most] = [Math.min(...values), Math.max(...values)];
        for (const { mean } of points) expect(mean >= least && mean <= most).toBe(true);
      }),
    );
  });
});
