// In the place of rxjs.js in a compact lane, where no bundler ever looks: RxJS is loaded when it is first needed.
import { createRequire } from 'node:module';
import type { rx as parts } from './rxjs.js';

let loaded: ReturnType<typeof parts> | undefined;

export function rx(): ReturnType<typeof parts> {
  // The file that `import 'rxjs'` gives too, so they are the same classes.
  loaded ??= createRequire(import.meta.url)('rxjs') as ReturnType<typeof parts>;
  return loaded;
}
