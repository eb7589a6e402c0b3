import { flow, io, pipeline } from '@millrace/core';

/** Fetches all pages at once, as far as `concurrency` goes; the results are in the order of the URLs. */
export const downloads = pipeline(import.meta, 'downloads', (params: { readonly urls: readonly string[] }) =>
  flow(params.urls).pipe(
    io(
      'download',
      async (url, { signal }) => {
        const response = await fetch(url, { signal });
        if (!response.ok) throw new Error(`${url} answered ${response.status}`);
        return { url, bytes: (await response.arrayBuffer()).byteLength };
      },
      { concurrency: 8 },
    ),
  ),
);
