import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Why a module cannot be imported, in one line that does not name it again. */
export function importText(error: unknown, url: string): string {
  const message = error instanceof Error ? error.message : 'it threw something that is no error';
  return message.replace(`could not import ${url}: `, '').split('\n')[0]!;
}

/** Where that is to be mended, as far as the error knows; it may lie in a module that this one imports. */
export function importHint(error: unknown, url: string): string | undefined {
  const thrown = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(thrown instanceof Error)) return undefined;
  const place = placeIn(thrown.stack ?? '');
  if (place !== undefined) return `see ${place}`;
  // Node.js tells the place of a syntax error only as it ends by it.
  return thrown instanceof SyntaxError ? `node ${shown(fileURLToPath(url))} shows where` : undefined;
}

/** The first line of code that is neither that of Node.js nor of a package. Of a module that cannot be linked the stack begins with it. */
function placeIn(stack: string): string | undefined {
  for (const line of stack.split('\n')) {
    const [, file, place] = /(?:^|\s|\()((?:file:\/\/)?\/[^\s()]*?)(:\d+(?::\d+)?)\)?$/.exec(line) ?? [];
    if (file === undefined || place === undefined || file.includes('/node_modules/')) continue;
    return `${shown(file.startsWith('file:') ? fileURLToPath(file) : file)}${place}`;
  }
  return undefined;
}

/** From the working directory where it lies there. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
