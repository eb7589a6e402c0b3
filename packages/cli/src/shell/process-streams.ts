import { OutputGuard } from './output-guard.js';
import { mainThread } from './printer-label.js';
import { redactor } from './redact.js';
import { BrokenPipe, OutputError, type Streams } from './streams.js';
import { UncaughtErrors } from './uncaught.js';

/** stdout and stderr of this process. To be made once: it listens to their errors for as long as the process lives. */
export function processStreams(): Streams {
  const { stdout, stderr } = process;
  const closing = new AbortController();
  const secrets = new Set<string>();
  const names = new Map<string, string>();
  let veiled = redactor([]);
  let numbers: ReadonlySet<string> = new Set();
  const redacted = (text: string): string => {
    let renamed = text;
    for (const [path, name] of names) renamed = renamed.replaceAll(path, name);
    return veiled(renamed);
  };
  // Writes of their own: the properties are guarded as soon as code of users may be loaded.
  const write = stdout.write.bind(stdout);
  const writeError = stderr.write.bind(stderr);
  /** What is said of all that is written from the first failure on: the stream tells the others that it is destroyed. */
  const closedBy = (error: NodeJS.ErrnoException): unknown => {
    if (!closing.signal.aborted) closing.abort(error.code === 'EPIPE' ? new BrokenPipe() : new OutputError(error));
    return closing.signal.reason;
  };
  stdout.on('error', closedBy);
  // With stderr gone there is nobody to tell that to.
  stderr.on('error', () => {});
  const tell = (line: string): void => void writeError(`${redacted(line)}\n`);
  return {
    data: async (text) => {
      closing.signal.throwIfAborted();
      // That there is room does not say that it was written: a full disk tells so later.
      await new Promise<void>((resolve, reject) => {
        write(text, (error) => (error ? reject(closedBy(error)) : resolve()));
      });
    },
    flushed: async () => {
      if (stdout.errored) throw closedBy(stdout.errored);
      if (stdout.writableLength === 0) return;
      await new Promise<void>((resolve, reject) => {
        write('', (error) => (error ? reject(closedBy(error)) : resolve()));
      });
    },
    tell,
    show: (text) => void writeError(text),
    conceal: (more) => {
      for (const secret of more) secrets.add(secret);
      veiled = redactor([...secrets]);
      // As a number is written, however the secret was: 1e3.
      numbers = new Set([...secrets].flatMap((secret) => (secret.trim() === '' ? [] : [secret, String(Number(secret))])));
    },
    rename: (path, name) => void names.set(path, name),
    redacted,
    isSecret: (number) => numbers.has(String(number)),
    closed: closing.signal,
    uncaught: new UncaughtErrors(),
    printed: new OutputGuard({
      printer: () => mainThread,
      onLine: (from, text) => void writeError(`${from} ${redacted(text)}\n`),
    }),
  };
}
