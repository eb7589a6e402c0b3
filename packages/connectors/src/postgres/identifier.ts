/** A name as SQL takes it whatever it holds; its case is kept. A name with NUL cannot exist. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Parts of a table's name that lie between dots: `orders`, `sales.orders`, `"we.ird"."Ta""ble"`. */
const part = /(?:"(?<quoted>(?:[^"\0]|"")+)"|(?<plain>[^".\0]+))(?<end>\.|$)/y;

/** Table, and schema before it where it is given. Undefined for what is no such name. */
export function tableParts(text: string): readonly string[] | undefined {
  const parts: string[] = [];
  part.lastIndex = 0;
  for (let end = '.'; end === '.'; ) {
    const groups = part.exec(text)?.groups;
    if (groups === undefined) return undefined;
    parts.push(groups.quoted?.replaceAll('""', '"') ?? groups.plain!);
    end = groups.end!;
  }
  return parts.length <= 2 ? parts : undefined;
}

/** The table as SQL takes it. @param table one that has parts */
export function quoteTable(table: string): string {
  return (tableParts(table) ?? [table]).map(quoteName).join('.');
}
