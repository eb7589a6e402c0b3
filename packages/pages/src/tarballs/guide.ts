import type { Page, Step } from '../page.js';

const byThis = 'npm run test:packages';

/**
 * The story of a page as somebody plays it who has no clone: what it says is checked by this test is run, too.
 * @param npmrc makes the tarballs the packages that a registry has
 */
export function asUserPlays(page: Page, npmrc: string): Page {
  const steps: Step[] = [{ kind: 'write', line: 1, name: '.npmrc', text: npmrc }];
  let isMine = false;
  for (const step of page.steps) {
    if (step.kind === 'unrun' && isMine) steps.push({ ...step, kind: 'shell', exit: 0, inClone: false });
    else if (step.kind !== 'elsewhere' || !step.by.includes(byThis)) steps.push(step);
    isMine = step.kind === 'elsewhere' && step.by.includes(byThis);
  }
  if (!page.steps.some((step) => step.kind === 'elsewhere' && step.by.includes(byThis))) {
    const text = `nothing here says \`checked elsewhere: ${byThis}\`; say it before the line that installs the packages`;
    return { ...page, steps, problems: [...page.problems, { page: page.path, line: 1, text }] };
  }
  return { ...page, steps };
}
