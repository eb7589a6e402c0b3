// Tasks of the tests, as users have them beside their files.
export interface Order {
  readonly id: string;
  readonly total: number;
}

export function parse(line: string): Order {
  const [id = '', total = ''] = line.split(',');
  if (Number.isNaN(Number(total))) throw new TypeError(`bad total in ${line}`);
  return { id, total: Number(total) };
}

export const isPaid = (order: Order): boolean => order.total > 0;
export const isGreat = (order: Order): boolean => order.total >= 100;
export const double = (order: Order): Order => ({ id: order.id, total: Number(order.total) * 2 });
export const addUp = (sum: number, order: Order): number => sum + order.total;
export const text = (value: unknown): string => JSON.stringify(value);
export const times =
  ({ by }: { readonly by: number }) =>
  (order: Order): Order => ({ ...order, total: order.total * by });
