import type { Choices } from './choices.js';

/** The pipeline file of a new project. */
export const ordersYaml = ({ from, to, language }: Choices): string => `# yaml-language-server: $schema=./millrace.schema.json
version: 1
name: orders

vars:
  file: { default: data/orders.${from}, doc: "What is read." }

${from === 'csv' ? '# Values of CSV are strings until a task makes more of them: 00501 stays 00501.\n' : ''}source: { ${from}: { path: "\${file}" } }

stages:
  # cpu: computed on worker threads. An order that cannot be parsed goes to the dead letters.
  - cpu: parse
    use: ./orders.${language}#parseOrder
    onError: deadLetter

  # RxJS operators, by name.
  - operators:
      - filter: ./orders.${language}#isPaid

  # io: waits without keeping a core busy, four at a time here.
  - io: rate
    use: ./orders.${language}#inEuro
    concurrency: 4
    retry: { attempts: 3 }

sink: { ${to}: { path: out/orders.${to} } }

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
const ordersTs = ({ from }: Choices): string => `/** A row of data/orders.${from}. */
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

const ordersJs = ({ from }: Choices): string => `/**
 * A row of data/orders.${from}.
 *
 * @typedef {{ id: string, total: string, currency: string, paid: string }} Row
 * @typedef {{ id: string, total: number, currency: string, paid: boolean }} Order
 */

/** @param {Row} row @returns {Order} */
export function parseOrder({ id, total, currency, paid }) {
  const amount = Number(total);
  if (total.trim() === '' || !Number.isFinite(amount)) throw new Error(\`order \${id}: "\${total}" is no amount\`);
  return { id, total: amount, currency, paid: paid === 'yes' };
}

/** @param {Order} order */
export function isPaid({ paid }) {
  return paid;
}

const rates = { EUR: 1, USD: 0.9, GBP: 1.2 };

/**
 * Stands for a call over the network: it takes its time, and other orders go on meanwhile.
 *
 * @param {Order} order @returns {Promise<Order & { euro: number }>}
 */
export async function inEuro(order) {
  await new Promise((resolve) => setTimeout(resolve, 10));
  const rate = rates[order.currency];
  if (rate === undefined) throw new Error(\`there is no rate for \${order.currency}\`);
  return { ...order, euro: Math.round(order.total * rate * 100) / 100 };
}
`;

export const tasks = (made: Choices): string => (made.language === 'ts' ? ordersTs(made) : ordersJs(made));

const rows: readonly Readonly<Record<string, string>>[] = [
  { id: '1001', total: '20.00', currency: 'USD', paid: 'yes' },
  { id: '1002', total: '5.00', currency: 'EUR', paid: 'no' },
  { id: '1003', total: 'oops', currency: 'EUR', paid: 'yes' },
  { id: '1004', total: '99.90', currency: 'GBP', paid: 'yes' },
  { id: '1005', total: '12.50', currency: 'EUR', paid: 'yes' },
];

/** What it reads, in each of the formats. */
export const samples: Readonly<Record<Choices['from'], string>> = {
  csv: lines([Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))].map((fields) => fields.join(','))),
  ndjson: lines(rows.map((row) => JSON.stringify(row))),
  json: `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`,
};

function lines(of: readonly string[]): string {
  return of.map((line) => `${line}\n`).join('');
}

export const readme = ({ from, to, language }: Choices): string => `# Orders

A Millrace pipeline: \`orders.yaml\` says what happens, \`orders.${language}\` has the tasks.

\`\`\`sh
npm install
npm test                      # checks the pipeline file and runs the tests in it
npm start                     # reads data/orders.${from}, writes out/orders.${to}
npx millrace dlq ls out/rejects.ndjson
npx millrace dlq replay orders.yaml --out out/more.ndjson   # when it is mended
npx millrace preview orders.yaml --stage parse
npx millrace plan orders.yaml
\`\`\`

One of the sample orders has a total that is no number: it goes to \`out/rejects.ndjson\`, and the exit code is 2, "finished with
rejects".
`;
