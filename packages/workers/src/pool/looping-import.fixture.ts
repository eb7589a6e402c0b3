// Its import never ends and keeps its thread.
export const run = (): number => 1;

for (;;);
