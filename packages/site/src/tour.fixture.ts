/// <reference lib="dom" />
import { type Overflow, overflow } from './in-page.fixture.js';
import type { Reader } from './reader.fixture.js';

/** What one sees of a page who opens it. */
export interface Sight {
  readonly path: string;
  /** At each width of the window, in px. */
  readonly widths: Readonly<Record<number, Overflow>>;
  /** Blocks of code: their language, and how many colours they have. */
  readonly code: readonly (readonly [language: string, colors: number])[];
}

export interface Tour {
  readonly sights: readonly Sight[];
  /** What the console said, and what could not be loaded, on all pages. */
  readonly faults: readonly string[];
}

/** Opens pages one after another, in one tab, and looks at each in windows of some widths. */
export async function tour(reader: Reader, paths: Iterable<string>, widths: readonly number[]): Promise<Tour> {
  const tab = await reader.open('index.html');
  const sights: Sight[] = [];
  for (const path of paths) {
    await reader.go(tab, path);
    await tab.page.waitForFunction(diagramsAreDrawn);
    const seen: [number, Overflow][] = [];
    for (const width of widths) {
      await tab.page.setViewportSize({ width, height: 900 });
      seen.push([width, await tab.page.evaluate(overflow)]);
    }
    sights.push({ path, widths: Object.fromEntries(seen), code: await tab.page.evaluate(codeBlocks) });
  }
  await reader.close(tab);
  return { sights, faults: tab.faults };
}

/** A diagram is a block of code until the page's own program has found it. */
function diagramsAreDrawn(): boolean {
  const diagrams = [...document.querySelectorAll('code.mermaid, .diagram')];
  return diagrams.every((diagram) => diagram.querySelector('svg') !== null);
}

function codeBlocks(): [string, number][] {
  return [...document.querySelectorAll('pre > code[class]')].map((code) => {
    const colors = new Set([...code.querySelectorAll('span')].map((each) => getComputedStyle(each).color));
    return [code.className, colors.size];
  });
}
