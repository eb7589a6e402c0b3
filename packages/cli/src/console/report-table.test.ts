import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { coloured, plain } from './paint.js';
import { discrepancies } from './reconcile.js';
import { reportTable } from './report-table.js';
import { finished } from './run.fixture.js';

describe('the report', () => {
  test('tells the counts, that they reconcile, the lanes and the bottleneck', () => {
    expect(reportTable(finished, plain)).toEqual([
      '',
      '  nearest-airports  completed in 5.8 s',
      '  42,049 read, 13,608 delivered, 7,250/s, at most 4,216 items in memory (bound 12,345)',
      '',
      '  stage         kind         in      ok  filtered     out   queue peak    busy  time',
      '  csv.read      source   42,049                    42,049               400 ms  █▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒',
      '  nearest       cpu × 2  42,049  42,049         0  42,049  1,024/1,024   1.3 s  ████▒▒▒▒▒▒▒▒▒▒▒▒',
      '  inline-1      inline   42,049                    13,608                20 ms  ████████████████',
      '  departures    io       13,608  13,608         0  13,608  1,024/1,024   5.7 s  ████████████████',
      '  ndjson.write  sink     13,608                    13,608     64/1,024   90 ms  ················',
      '  █ busy  ▒ blocked (no room ahead)  · starved (no input)',
      '',
      '  nearest: 57 µs an item, p50 51 µs, p99 312 µs; on its way p50 4.2 ms, p99 12.0 ms; handing over',
      '  2.2 µs of the main thread',
      '  departures: 26.5 ms an item, p50 20.3 ms, p99 118.0 ms',
      '  nearest: lane 0 23% busy with 21,504 items, lane 1 23% busy with 20,545 items',
      '  ✓ the counts reconcile: every item is accounted for',
      '',
      '  "departures" is the bottleneck: 97 % of its 64 slots were in use. A higher concurrency, if the',
      '  other side bears it, would make the run faster.',
      '',
    ]);
  });

  test('is at most 100 columns wide, and as wide with colours as without', () => {
    const lines = reportTable(finished, coloured).map(stripVTControlCharacters);
    expect(lines).toEqual(reportTable(finished, plain));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('names the outcomes that most runs have none of', () => {
    const [source, nearest, ...rest] = finished.stages;
    const stages = [source!, { ...nearest!, skipped: 3, ok: nearest!.ok - 3, retries: 12 }, ...rest];
    expect(reportTable({ ...finished, stages }, plain)).toContain('  nearest: 3 skipped, 12 retries');
  });

  test('of many lanes tells the first few, and breaks its lines', () => {
    const lanes = Array.from({ length: 64 }, (_, worker) => ({
      worker,
      items: 1_000_000,
      busyMs: 59_000,
      idleMs: 0,
      restarts: 0,
    }));
    const stages = finished.stages.map((stage) => (stage.kind === 'cpu' ? { ...stage, lanes } : stage));
    const lines = reportTable({ ...finished, stages }, plain);
    expect(lines.join('\n')).toContain('60 more');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('tells what the run warned of', () => {
    const warnings = [{ stage: 'nearest', text: 'an item takes 0.1 µs in cpu stage "nearest"' }];
    expect(reportTable({ ...finished, warnings }, plain)).toContain('  ! an item takes 0.1 µs in cpu stage "nearest"');
  });

  test('an unknown bound is not shown', () => {
    expect(reportTable({ ...finished, bound: null }, plain)[2]).toBe(
      '  42,049 read, 13,608 delivered, 7,250/s, at most 4,216 items in memory',
    );
  });
});

describe('counts', () => {
  test('of a run that went well have no discrepancies', () => {
    expect(discrepancies(finished)).toEqual([]);
  });

  test('an item without an outcome is found, and shown', () => {
    const [source, nearest, ...rest] = finished.stages;
    const wrong = { ...finished, stages: [source!, { ...nearest!, ok: 42_048 }, ...rest] };
    expect(discrepancies(wrong)).toEqual(['in of nearest is 42049, but the sum of its outcomes is 42048']);
    expect(reportTable(wrong, plain)).toContain('  ✗ in of nearest is 42049, but the sum of its outcomes is 42048');
  });

  test('an item lost between two stages is found', () => {
    const stages = finished.stages.map((stage) => (stage.kind === 'inline' ? { ...stage, out: 13_609 } : stage));
    expect(discrepancies({ ...finished, stages })).toEqual(['out of inline-1 is 13609, but in of departures is 13608']);
  });

  test('what was read and delivered is what the ends counted', () => {
    expect(discrepancies({ ...finished, read: 1, delivered: 2 })).toEqual([
      'what the run read is 1, but in of csv.read is 42049',
      'what the run delivered is 2, but out of ndjson.write is 13608',
    ]);
  });
});
