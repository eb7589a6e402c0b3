// Its import never ends, though its thread is free.
await new Promise(() => {});

export const run = (): number => 1;
