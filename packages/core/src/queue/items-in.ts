/**
 * Items that something behind a `batch` stands for: those in its array, one at least, and `most` at most, whatever becomes of the array on
 * its way; all else is one. In a batch of batches those within count as one each: to look into them all would cost more than so rare a
 * thing is worth, and the bound of the plan has all of their items.
 */
export function itemsIn(value: unknown, most: number): number {
  return Array.isArray(value) ? Math.min(Math.max(value.length, 1), most) : 1;
}
