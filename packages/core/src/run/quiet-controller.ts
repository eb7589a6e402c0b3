import { setMaxListeners } from 'node:events';

/** A signal that as many tasks as run may listen to without a warning. */
export function quietController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
