/** Characters of a text that is not kept any more to find places in it. */
const longText = 1024 * 1024;

/**
 * What tells the places of the items of a pull: `placeOf`, which finds them in the text when somebody asks. A run keeps it for many pulls, and
 * with it the text: of a long one all places are found now.
 */
export function originsIn(text: string, count: number, placeOf: (index: number) => string): (index: number) => string {
  return text.length > longText ? listed(Array.from({ length: count }, (_, index) => placeOf(index))) : placeOf;
}

/** Made apart: functions that are made side by side keep what any of them needs. */
function listed(places: readonly string[]): (index: number) => string {
  return (index) => places[index]!;
}
