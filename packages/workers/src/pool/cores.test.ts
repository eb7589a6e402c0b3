import { describe, expect, test } from '@jest/globals';
import { availableCores } from './cores.js';

type Texts = Readonly<Record<string, string | undefined>>;

const coresOf = (texts: Texts, available = 8): number => availableCores((file) => texts[file], available);
const v2 = (limit: string): Texts => ({ '/sys/fs/cgroup/cpu.max': limit });
const v1 = (quota: string | undefined, period: string | undefined): Texts => ({
  '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': quota,
  '/sys/fs/cgroup/cpu/cpu.cfs_period_us': period,
});

describe('the cores of this program', () => {
  test('without a cgroup are what the system offers', () => {
    expect(coresOf({})).toBe(8);
  });

  test.each([
    ['max 100000\n', 8],
    ['max', 8],
    ['200000 100000\n', 2],
    ['150000 100000\n', 2],
    ['50000 100000', 1],
    ['1000 100000', 1],
    ['1600000 100000\n', 8],
    ['', 8],
    ['nonsense', 8],
    ['100000 0', 8],
    ['0 100000', 8],
  ])('cgroup v2 cpu.max %j on 8 cores grants %i', (limit, cores) => {
    expect(coresOf(v2(limit))).toBe(cores);
  });

  test.each([
    ['-1\n', '100000\n', 8],
    ['250000\n', '100000\n', 3],
    ['10000', '100000', 1],
    ['800000', undefined, 8],
    [undefined, '100000', 8],
  ])('cgroup v1 quota %j and period %j on 8 cores grant %i', (quota, period, cores) => {
    expect(coresOf(v1(quota, period))).toBe(cores);
  });

  test('cgroup v2 is believed before v1', () => {
    expect(coresOf({ ...v2('300000 100000'), ...v1('100000', '100000') })).toBe(3);
  });

  test('there is one core at least', () => {
    expect(coresOf({}, 0)).toBe(1);
  });
});
