/** Files that use all of the format; what they refer to is in the folder of folder.fixture.ts. */
export const validFiles = [
  `version: 1
name: orders
vars:
  day: { env: DAY, default: "2026-11-19" }
  pg: { env: PG_URL, secret: true, default: hunter2 }
source: { csv: { path: "in/\${day}/*.csv.gz", types: { total: number } } }
stages:
  - cpu: parse
    use: ./tasks.mjs#parse
    workers: 4
    onError: deadLetter
  - operators: [{ filter: "./tasks.mjs#isPaid" }, { distinctUntilKeyChanged: id }]
  - io: geocode
    use: ./tasks.mjs#double
    concurrency: 32
    retry: { attempts: 5, delayMs: 200, when: ./tasks.mjs#always }
    key: customer.id
  - batch: { items: 10 }
sink: { ndjson: { path: "\${pg}" }, batch: { items: 5000, ms: 2000 } }
errors: { deadLetters: { ndjson: { path: "dlq/\${day}.ndjson" } }, maxErrors: 1% }
run: { workers: 2 }
tests:
  - name: a bad total is dead-lettered
    in: [{ id: 1, total: oops }]
    mocks: { geocode: { returns: { a: [1, ~, "x"] } } }
    out: []
    deadLetters: [{ stage: parse }]
`,
  `version: 1
name: &n branches
vars: { n: { type: integer, default: 3 }, loud: true, onError: fail }
run: { workers: "\${n}", isolation: thread }
sources: { a: { lines: { path: in.txt } }, b: { use: ./tasks.mjs#numbers, with: { to: 3 } } }
stages:
  - tee: audit
    stages: [&s { io: told, use: "./tasks.mjs#text" }]
    sink: { lines: { path: audit.txt, gzip: "\${loud}" }, onError: "\${onError}" }
  - route:
      - { case: x, when: { id: [a, b], deep: { n: 1 } }, stages: [{ <<: *s, io: other }] }
      - { otherwise: rest, sink: { use: ./tasks.mjs#nothing } }
  - cpu: sums
    operators: [{ scan: [./tasks.mjs#addUp, 0] }, pairwise]
    lineage: sync
    capacity: "\${n}"
    key: ./tasks.mjs#customer
`,
];
