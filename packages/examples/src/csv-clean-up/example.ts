import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { example as declare } from '../runner/example.js';
import { seeThrough } from '../runner/see-through.js';
import { makeContacts } from './made-contacts.js';
import { cleanUp } from './pipeline.js';

export const example = declare(
  {
    folder: { doc: 'where it makes contacts and writes', default: 'out/csv-clean-up', short: 'out/csv-clean-up' },
    contacts: { doc: 'CSV of contacts of your own', default: '', short: '' },
    rows: { doc: 'contacts to make', default: 100_000, short: 200 },
  },
  async ({ folder, contacts, rows }, print) => {
    await mkdir(folder, { recursive: true });
    if (contacts === '') {
      contacts = join(folder, 'contacts.csv');
      await makeContacts(contacts, rows);
    }
    const out = join(folder, 'clean.csv');
    const rejects = join(folder, 'rejects.ndjson');
    const report = await seeThrough(cleanUp.start({ contacts, out, rejects }), print);
    if (report !== undefined) print(`written: ${out}; what could not be mended: ${rejects}`);
  },
);
