import { once } from 'node:events';
import { redactor } from './redact.js';
import { BrokenPipe, type Streams } from './streams.js';

/** stdout and stderr of this process. To be made once: it listens to their errors for as long as the process lives. */
export function processStreams(): Streams {
  const { stdout, stderr } = process;
  const closing = new AbortController();
  const secrets = new Set<string>();
  const names = new Map<string, string>();
  let veiled = redactor([]);
  const redacted = (text: string): string => {
    let renamed = text;
    for (const [path, name] of names) renamed = renamed.replaceAll(path, name);
    return veiled(renamed);
  };
  // Writes of their own: the properties may be guarded while a run is on.
  const write = stdout.write.bind(stdout);
  const writeError = stderr.write.bind(stderr);
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closing.abort(new BrokenPipe());
  });
  // With stderr gone there is nobody to tell that to.
  stderr.on('error', () => {});
  return {
    data: async (text) => {
      closing.signal.throwIfAborted();
      if (write(text)) return;
      await Promise.race([once(stdout, 'drain'), once(closing.signal, 'abort')]);
      closing.signal.throwIfAborted();
    },
    tell: (line) => void writeError(`${redacted(line)}\n`),
    conceal: (more) => {
      for (const secret of more) secrets.add(secret);
      veiled = redactor([...secrets]);
    },
    rename: (path, name) => void names.set(path, name),
    redacted,
    closed: closing.signal,
  };
}
