import { describe, expect, test } from '@jest/globals';
import { chartSvg } from './chart.js';
import { report } from './report.fixture.js';
import { scaleFor } from './scale.js';
import { el, svg } from './svg.js';

describe('a chart', () => {
  const image = chartSvg(report);

  test('has the title, the command, the warnings and a bar for each contender that was measured', () => {
    for (const text of [
      'one',
      'What x &lt; y shows.',
      "npm run bench -- 'a &amp; b'",
      'warning: the machine was busy',
      'peer 1.2.3',
    ])
      expect(image).toContain(`>${text}</text>`);
    expect(image).toContain('>50,000 (n = 1,000)</text>');
    expect(image.match(/height="14"/g)).toHaveLength(2);
    expect(image).toContain('>failed</text>');
  });

  test('gives each role its colour', () => {
    const fills = [...image.matchAll(/<rect [^>]*height="14" fill="([^"]+)"/g)].map(([, fill]) => fill);
    expect(new Set(fills).size).toBe(2);
  });

  test('holds no number that is none, also when nobody was measured', () => {
    const [scenario] = report.scenarios;
    const failed = { ...scenario!, contenders: scenario!.contenders.slice(2) };
    for (const text of [image, chartSvg({ ...report, scenarios: [failed] })]) expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('markup', () => {
  test('escapes text and attributes, and leaves out what XML cannot hold', () => {
    expect(el('text', { title: '"<&>"' }, ['<script>&\u0000']).markup).toBe(
      '<text title="&quot;&lt;&amp;&gt;&quot;">&lt;script&gt;&amp;\u{FFFD}</text>',
    );
  });

  test('closes what is empty, and rounds numbers', () => {
    expect(el('rect', { x: 1 / 3 }).markup).toBe('<rect x="0.33"/>');
    expect(svg({ width: 10, height: 5, title: 't' }, [])).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 10 5"/,
    );
  });
});

describe('a scale', () => {
  test('is linear from 0, with round ticks that reach the largest value', () => {
    const { kind, at, ticks } = scaleFor([30, 248]);
    expect({ kind, ticks, ends: [at(0), at(300)] }).toEqual({ kind: 'linear', ticks: [0, 100, 200, 300], ends: [0, 1] });
  });

  test('is logarithmic, from one power of ten to another, when values lie far apart', () => {
    const { kind, at, ticks } = scaleFor([20, 5_000]);
    expect({ kind, ticks, middle: at(10 ** 2.5) }).toEqual({ kind: 'logarithmic', ticks: [10, 100, 1_000, 10_000], middle: 0.5 });
  });

  test('leaves a bar of whatever was measured', () => {
    expect(scaleFor([10, 10_000]).at(10)).toBeGreaterThan(0);
  });
});
