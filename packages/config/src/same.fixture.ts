// The pipelines of same.test.ts, as a person writes them. Their names are those of the files.
import { csv, lines, ndjson } from '@millrace/connectors';
import { batch, cpu, flow, io, merge, operators, pipeline } from '@millrace/core';
import { filter, map, pairwise, scan, take } from 'rxjs';
import { P } from 'ts-pattern';
import { addUp, double, isGreat, isPaid, type Order, parse, text, times } from './orders.fixture.js';

export const code = {
  straight: pipeline(import.meta, 'straight', (folder: string) =>
    flow(lines.read(`${folder}/in.txt`), { deadLetters: ndjson.write(`${folder}/dlq.ndjson`), maxErrors: '50%' })
      .pipe(
        cpu('parse', parse, { onError: 'deadLetter', workers: 2 }),
        filter(isPaid),
        io('double', times({ by: 2 }), { concurrency: 4, retry: { attempts: 3, delayMs: 10 }, key: (order) => order.id }),
      )
      .to(ndjson.write(`${folder}/out.ndjson`), { batch: { items: 2, ms: 50 }, concurrency: 1 }),
  ),
  chains: pipeline(import.meta, 'chains', (folder: string) =>
    flow(csv.read<Order>(`${folder}/in.csv`))
      .pipe(
        map(double),
        cpu('sums', operators(scan(addUp, 0), { lineage: 'sync' }), { key: (order) => order.id, workers: 1 }),
        pairwise(),
        take(4),
        batch({ items: 3 }),
        map(text),
      )
      .to(lines.write(`${folder}/out.txt`)),
  ),
  branches: pipeline(import.meta, 'branches', (folder: string) =>
    merge(flow({ ...lines.read(`${folder}/in.txt`), name: 'one' }), flow({ ...lines.read(`${folder}/more.txt`), name: 'other' }))
      .pipe(cpu('parse', parse))
      .tee('audit', (f) => f.pipe(map(text)).to(lines.write(`${folder}/audit.txt`)))
      .route((r) =>
        r
          .when('named', { id: P.union('a', 'b') }, (f) => f.pipe(io('twice', double)))
          .when('great', P.when(isGreat), (f) => f.to(ndjson.write(`${folder}/great.ndjson`)))
          .otherwise('rest', (f) => f),
      )
      .to(ndjson.write(`${folder}/out.ndjson`)),
  ),
};

const tasks = new URL('./orders.fixture.js', import.meta.url).href;

/** The same as files, without their first two lines. */
export const files = {
  straight: `
source: { lines: { path: in.txt } }
errors: { deadLetters: { ndjson: { path: dlq.ndjson } }, maxErrors: 50% }
stages:
  - cpu: parse
    use: ${tasks}#parse
    onError: deadLetter
    workers: 2
  - operators: [{ filter: "${tasks}#isPaid" }]
  - io: double
    use: ${tasks}#times
    with: { by: 2 }
    concurrency: 4
    retry: { attempts: 3, delayMs: 10 }
    key: id
sink: { ndjson: { path: out.ndjson }, batch: { items: 2, ms: 50 }, concurrency: 1 }
`,
  chains: `
source: { csv: { path: in.csv } }
stages:
  - operators: [{ map: "${tasks}#double" }]
  - cpu: sums
    operators: [{ scan: ["${tasks}#addUp", 0] }]
    lineage: sync
    key: id
    workers: 1
  - operators: [pairwise, { take: 4 }]
  - batch: { items: 3 }
  - operators: [{ map: "${tasks}#text" }]
sink: { lines: { path: out.txt } }
`,
  branches: `
sources:
  one: { lines: { path: in.txt } }
  other: { lines: { path: more.txt } }
stages:
  - cpu: parse
    use: ${tasks}#parse
  - tee: audit
    stages: [{ operators: [{ map: "${tasks}#text" }] }]
    sink: { lines: { path: audit.txt } }
  - route:
      - case: named
        when: { id: [a, b] }
        stages: [{ io: twice, use: "${tasks}#double" }]
      - case: great
        when: "${tasks}#isGreat"
        sink: { ndjson: { path: great.ndjson } }
      - otherwise: rest
sink: { ndjson: { path: out.ndjson } }
`,
};
