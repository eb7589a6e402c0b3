import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { explain } from '@millrace/core';
import { ConfigFolder } from './folder.fixture.js';
import { loadConfig } from './load-config.js';
import { code, files } from './same.fixture.js';

describe('a file is the very pipeline that code is', () => {
  let one: ConfigFolder;
  let other: ConfigFolder;

  beforeEach(() => {
    [one, other] = [new ConfigFolder(), new ConfigFolder()];
    for (const folder of [one, other]) {
      folder.write('in.txt', 'a,1\nb,0\nc,250\nx,oops\nd,7\n');
      folder.write('more.txt', 'e,1000\nf,3\n');
      folder.write('in.csv', 'id,total\na,1\nb,2\na,3\nc,4\nb,5\na,6\nc,7\n');
    }
  });

  afterEach(() => {
    one.remove();
    other.remove();
  });

  test.each(['straight', 'chains', 'branches'] as const)(
    '%s: the same plan, and the same output by workers',
    async (name) => {
      if (name === 'branches') for (const folder of [one, other]) folder.write('in.txt', 'a,1\nb,0\nc,250\nd,7\n');
      const file = one.write('pipeline.yaml', `version: 1\nname: ${name}\n${files[name]}`);
      const { pipeline, params, runOptions, stageNames } = await loadConfig(file);
      const byHand = code[name];

      const plan = pipeline.plan(params);
      const handPlan = byHand.plan(other.path);
      expect(explain(plan)).toBe(explain(handPlan));
      expect(plan).toEqual(handPlan);
      expect(stageNames).toEqual(handPlan.stages.map((stage) => stage.name));

      const report = await pipeline.run(params, runOptions);
      const handReport = await byHand.run(other.path, { workers: 0 });
      expect(report.delivered).toBe(handReport.delivered);
      expect(report.delivered).toBeGreaterThan(0);
      for (const output of ['out.ndjson', 'out.txt', 'audit.txt', 'great.ndjson']) {
        // Sources that are merged take turns; the order among them is that of the machine.
        expect(sorted(one.outputOf(output))).toEqual(sorted(other.outputOf(output)));
      }
    },
    120_000,
  );
});

function sorted(text: string | undefined): readonly string[] | undefined {
  return text?.split('\n').sort();
}
