// Sources that give promises, each of which rejects: prints what the run of each says. That nobody looks at a promise ends the program.
import { flow } from '@millrace/core';

const lost = (): Promise<never> => Promise.reject(new Error('nobody looks at it'));

const told = async (run: () => Promise<unknown>): Promise<void> => {
  try {
    await run();
    console.log('completed');
  } catch (error) {
    console.log((error as Error).name, (error as Error).message.split(':', 1)[0]);
  }
};

await told(async () => flow([1, lost(), lost()]));
await told(() => flow(() => [lost(), lost()]).toArray());
await told(() =>
  flow(function* () {
    yield lost();
    yield lost();
  }).toArray(),
);
// Its yield waits, and what it waited for is thrown there.
await told(() =>
  flow(async function* () {
    yield await lost();
  }).toArray(),
);
setImmediate(() => console.log('alive'));
