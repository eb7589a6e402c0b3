import { setTimeout as sleep } from 'node:timers/promises';
import { example as declare } from '../runner/example.js';
import { serve } from '../runner/local-server.js';
import { stopwatch } from '../runner/stopwatch.js';
import { downloads } from './pipeline.js';

export const example = declare(
  {
    files: { doc: 'files to download', default: 2, short: 2 },
    ms: { doc: 'how long the server takes for each, in ms', default: 1_000, short: 5, min: 0 },
    bytes: { doc: 'bytes of each', default: 100_000, short: 1_000, min: 0 },
  },
  async ({ files, ms, bytes }, print) => {
    const server = await serve(async (_request, response) => {
      await sleep(ms);
      response.end(Buffer.alloc(bytes, 'millrace '));
    });
    try {
      const elapsed = stopwatch();
      const urls = Array.from({ length: files }, (_, index) => `${server.url}/file-${index + 1}`);
      for await (const { url, bytes: got } of downloads.iterate({ urls })) print(`${new URL(url).pathname}: ${got} bytes`);
      print(`${files} × ${ms / 1000} s of waiting took ${elapsed()}`);
    } finally {
      await server.close();
    }
  },
);
