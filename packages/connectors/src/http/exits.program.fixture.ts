import { http } from '@millrace/connectors';

// Reads pages to their end, leaves others in the midst, writes, lets a check and a request fail; then nothing may keep the process.
const [origin] = process.argv.slice(2);
const { signal } = new AbortController();
const counted = http.read(`${origin}/pages`, { pages: { counter: { param: 'page' } } });

let items = 0;
for await (const pull of counted.open({ signal })) items += pull.items.length;
for await (const _ of counted.open({ signal })) break;
for await (const _ of http.read(`${origin}/endless`, { format: 'lines' }).open({ signal })) break;

const writer = await http.write(`${origin}/sink`).open({ signal });
await writer.write([1, 2], { signal });
await writer.commit();

await counted.check?.({ signal });
const failure = await http
  .read(`${origin}/silent`, { timeoutMs: 50, retry: { attempts: 1 } })
  .check?.({ signal })
  .catch((error: unknown) => error);
console.log(JSON.stringify({ items, failure: failure instanceof Error && 'code' in failure ? failure.code : failure }));
