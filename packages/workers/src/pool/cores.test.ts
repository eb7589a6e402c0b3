import { expect, test } from '@jest/globals';
import { availableCores } from './cores.js';

const files = (texts: Readonly<Record<string, string>>) => (file: string) => texts[file];

test.each([
  ['nothing is known', {}, 8],
  ['there is no quota', { '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, 8],
  ['the quota is a part of a core more', { '/sys/fs/cgroup/cpu.max': '150000 100000\n' }, 2],
  ['the quota is above what there is', { '/sys/fs/cgroup/cpu.max': '1600000 100000' }, 8],
  [
    'the cgroup is of version 1',
    { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '300000', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000' },
    3,
  ],
  ['that one has no quota', { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000' }, 8],
])('when %s', (_when, texts, cores) => {
  expect(availableCores(files(texts), 8)).toBe(cores);
});
