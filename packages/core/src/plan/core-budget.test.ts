import { describe, expect, test } from '@jest/globals';
import { coreBudget } from './core-budget.js';

describe('coreBudget', () => {
  test('without a cgroup it is what the system offers', () => {
    expect(coreBudget({ available: 8 })).toEqual({ cores: 8 });
    expect(coreBudget({ available: 8, cpuMax: undefined, cfsQuota: undefined, cfsPeriod: undefined })).toEqual({ cores: 8 });
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
  ])('cgroup v2 cpu.max %j on 8 cores grants %i', (cpuMax, cores) => {
    expect(coreBudget({ available: 8, cpuMax })).toEqual({ cores });
  });

  test.each([
    ['-1\n', '100000\n', 8],
    ['250000\n', '100000\n', 3],
    ['10000', '100000', 1],
    ['800000', undefined, 8],
    [undefined, '100000', 8],
  ])('cgroup v1 quota %j and period %j on 8 cores grant %i', (cfsQuota, cfsPeriod, cores) => {
    expect(coreBudget({ available: 8, cfsQuota, cfsPeriod })).toEqual({ cores });
  });

  test('cgroup v2 is believed before v1', () => {
    expect(coreBudget({ available: 8, cpuMax: '300000 100000', cfsQuota: '100000', cfsPeriod: '100000' })).toEqual({ cores: 3 });
  });

  test('there is one core at least', () => {
    expect(coreBudget({ available: 0 })).toEqual({ cores: 1 });
  });
});
