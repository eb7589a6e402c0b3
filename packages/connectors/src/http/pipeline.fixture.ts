import { http } from '@millrace/connectors';
import { cpu, flow, pipeline } from '@millrace/core';

export interface Order {
  readonly id: number;
  readonly total: number;
}

/** From pages of orders to batches of taxed ones, with the tax computed in lanes. */
export const taxes = pipeline(import.meta, 'taxes', ({ origin }: { readonly origin: string }) =>
  flow(http.read<Order>(`${origin}/orders`, { items: 'data', pages: { cursor: { from: 'next', param: 'after' } } }))
    .pipe(cpu('tax', ({ id, total }: Order) => ({ id, tax: total / 5 })))
    .to(http.write(`${origin}/taxes`, { wrap: 'taxes', idempotencyKey: true, errorsAt: 'errors', retry: { delayMs: 1 } }), {
      batch: { items: 50 },
      onError: 'skip',
    }),
);

/** The page of 100 orders behind the one of that id, of 1000 in all. */
export function ordersAfter(id: number): { readonly data: readonly Order[]; readonly next: number | null } {
  const data = Array.from({ length: 100 }, (_, index) => ({ id: id + index + 1, total: (id + index + 1) * 10 }));
  return { data, next: id + 100 < 1000 ? id + 100 : null };
}
