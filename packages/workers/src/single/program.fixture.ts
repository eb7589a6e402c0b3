// Run by itself: what it prints is judged, and that it ends.
import { currentWorker, spawnProcess, spawnThread, task } from '@millrace/workers';

export const later = task(import.meta, 'later', async (word: string) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  console.log(word);
});
export const fail = task(import.meta, 'fail', () => {
  throw new Error('nobody looks');
});
export const compute = task(import.meta, 'compute', () => {
  console.log(process.pid);
  for (;;);
});

if (currentWorker().kind === 'main') console.log('script');
const [mode] = process.argv.slice(2);
if (mode === 'held') {
  spawnThread('t', later, 'thread');
  spawnProcess('p', later, 'process');
  spawnThread('f', fail);
} else {
  // The program goes on until the process has said who it is, and no longer.
  const holding = setInterval(() => {}, 1_000);
  const onOutput = ({ text }: { readonly text: string }): void => {
    console.log(text);
    clearInterval(holding);
    if (mode === 'exits') process.exit(6);
  };
  const daemon = mode === 'daemons';
  spawnThread('t', compute, undefined, { daemon });
  spawnProcess('p', compute, undefined, { daemon, onOutput });
}
