/** The names of the checks that fail, without what stands before the colon, and why. */
export async function failures(checks: readonly { readonly name: string; readonly run: () => Promise<void> }[]) {
  const failed = new Map<string, string>();
  for (const { name, run } of checks) {
    await run().catch((error) => failed.set(name.slice(name.indexOf(': ') + 2), String(error)));
  }
  return failed;
}

export const named = <Check extends { readonly name: string }>(what: string, checks: readonly Check[]) =>
  checks.filter(({ name }) => name.endsWith(`: ${what}`));

export const namesOf = (checks: readonly { readonly name: string }[]) =>
  checks.map(({ name }) => name.slice(name.indexOf(': ') + 2));
