/** The pipeline file of a new project. */
export const ordersYaml = `# yaml-language-server: $schema=./millrace.schema.json
version: 1
name: orders

vars:
  file: { default: data/orders.csv, doc: "What is read." }

# Values of CSV are strings until a task makes more of them: 00501 stays 00501.
source: { csv: { path: "\${file}" } }

stages:
  # cpu: computed on worker threads. An order that cannot be parsed goes to the dead letters.
  - cpu: parse
    use: ./orders.ts#parseOrder
    onError: deadLetter

  # RxJS operators, by name.
  - operators:
      - filter: ./orders.ts#isPaid

  # io: waits without keeping a core busy, four at a time here.
  - io: rate
    use: ./orders.ts#inEuro
    concurrency: 4
    retry: { attempts: 3 }

sink: { ndjson: { path: out/orders.ndjson } }

errors:
  deadLetters: { ndjson: { path: out/rejects.ndjson } }
  maxErrors: 10

tests:
  - name: a paid order is converted
    in: [{ id: "1", total: "20.00", currency: USD, paid: "yes" }]
    out: [{ id: "1", total: 20, currency: USD, paid: true, euro: 18 }]

  - name: an order that is not paid is left out
    in: [{ id: "2", total: "5.00", currency: EUR, paid: "no" }]
    out: []

  - name: a total that is no number goes to the dead letters
    in: [{ id: "3", total: oops, currency: EUR, paid: "yes" }]
    out: []
    deadLetters: [{ stage: parse }]
`;

/** Its tasks. */
export const ordersTs = `/** A row of data/orders.csv. */
export interface Row {
  readonly id: string;
  readonly total: string;
  readonly currency: string;
  readonly paid: string;
}

export interface Order {
  readonly id: string;
  readonly total: number;
  readonly currency: string;
  readonly paid: boolean;
}

export function parseOrder({ id, total, currency, paid }: Row): Order {
  const amount = Number(total);
  if (total.trim() === '' || !Number.isFinite(amount)) throw new Error(\`order \${id}: "\${total}" is no amount\`);
  return { id, total: amount, currency, paid: paid === 'yes' };
}

export function isPaid({ paid }: Order): boolean {
  return paid;
}

const rates: Readonly<Record<string, number>> = { EUR: 1, USD: 0.9, GBP: 1.2 };

/** Stands for a call over the network: it takes its time, and other orders go on meanwhile. */
export async function inEuro(order: Order): Promise<Order & { euro: number }> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  const rate = rates[order.currency];
  if (rate === undefined) throw new Error(\`there is no rate for \${order.currency}\`);
  return { ...order, euro: Math.round(order.total * rate * 100) / 100 };
}
`;

export const ordersCsv = `id,total,currency,paid
1001,20.00,USD,yes
1002,5.00,EUR,no
1003,oops,EUR,yes
1004,99.90,GBP,yes
1005,12.50,EUR,yes
`;

export const readme = `# Orders

A Millrace pipeline: \`orders.yaml\` says what happens, \`orders.ts\` has the tasks.

\`\`\`sh
npm install
npm test                      # checks the pipeline file and runs the tests in it
npm start                     # reads data/orders.csv, writes out/orders.ndjson
npx millrace dlq ls out/rejects.ndjson
npx millrace dlq replay orders.yaml --out out/more.ndjson   # when it is mended
npx millrace preview orders.yaml --stage parse
npx millrace plan orders.yaml
\`\`\`

One of the sample orders has a total that is no number: it goes to \`out/rejects.ndjson\`, and the exit code is 2, "finished with
rejects".
`;
