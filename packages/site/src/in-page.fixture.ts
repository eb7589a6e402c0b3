/// <reference lib="dom" />
// Runs in the browser: each function is sent there by itself, so it uses nothing from outside of it.

export interface Overflow {
  readonly page: number;
  readonly window: number;
  /** What sticks out on the right, the outermost first. */
  readonly elements: readonly string[];
  /** Diagrams that are wider than their column: one must scroll to see the rest. */
  readonly cutDiagrams: number;
}

/** How wide the page is, and what makes it wider than the window. */
export function overflow(): Overflow {
  const { scrollWidth, clientWidth } = document.documentElement;
  const cutDiagrams = [...document.querySelectorAll('.diagram')].filter((each) => each.scrollWidth > each.clientWidth).length;
  if (scrollWidth <= clientWidth) return { page: scrollWidth, window: clientWidth, elements: [], cutDiagrams };
  const sticksOut = (element: Element): boolean => {
    for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement) {
      if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(at).overflowX)) return false;
    }
    return element.getBoundingClientRect().right > clientWidth + 1;
  };
  const elements = [...document.querySelectorAll('body *')].filter(sticksOut).slice(0, 5);
  const found = elements.map((each) => each.outerHTML.slice(0, 120));
  return { page: scrollWidth, window: clientWidth, elements: found, cutDiagrams };
}

export interface Faint {
  readonly text: string;
  readonly colors: string;
  readonly ratio: number;
}

/**
 * Texts whose contrast to what is behind them is below what WCAG 2.1 asks for (AA): 4.5, or 3 for large text.
 * Source of the formula: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio
 */
export function faintTexts(): { readonly checked: number; readonly faint: readonly Faint[] } {
  const channels = (color: string): readonly [number, number, number, number] => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
    return [red, green, blue, alpha];
  };
  const luminance = (color: string): number => {
    const linear = channels(color)
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
  };
  const behind = (element: Element): string => {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (channels(color)[3] === 1) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const isShown = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.closest('svg, dialog') === null;
  const seen = new Map<Element, string>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? '';
    const element = node.parentElement;
    if (text !== '' && element !== null && !seen.has(element) && isShown(element)) seen.set(element, text);
  }
  const faint = [...seen].flatMap(([element, text]) => {
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const background = behind(element);
    const [light, dark] = [luminance(color), luminance(background)].sort((a, b) => b - a) as [number, number];
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = Number.parseFloat(fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
    return ratio >= (isLarge ? 3 : 4.5) ? [] : [{ text: text.slice(0, 40), colors: `${color} on ${background}`, ratio }];
  });
  return { checked: seen.size, faint };
}
