import type { Connection } from './connection.js';

/** A type as far as its text depends on it. Domains are what they are made of. */
export interface TypeShape {
  /** Number in the catalog: the same in all databases for the types that are built in. */
  readonly oid: number;
  readonly name: string;
  /** Of arrays. */
  readonly element?: TypeShape;
  /** Between the elements of arrays of this type. */
  readonly delimiter: string;
}

/** Looks up types with what they are made of. */
export async function typesOf(
  connection: Connection,
  oids: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, TypeShape>> {
  const { rows } = await connection.query(lookUp, [`{${[...new Set(oids)].join(',')}}`], signal);
  const found = new Map(
    rows.map(([oid, name, base, element, delimiter]) => [
      Number(oid),
      { name: name!, base: Number(base), element: Number(element), delimiter: delimiter! },
    ]),
  );
  const shapeOf = (oid: number): TypeShape => {
    const type = found.get(oid);
    if (type === undefined) return { oid, name: `type ${oid}`, delimiter: ',' };
    if (type.base !== 0) return shapeOf(type.base);
    const { name, delimiter } = type;
    return type.element === 0 ? { oid, name, delimiter } : { oid, name, delimiter, element: shapeOf(type.element) };
  };
  return new Map(oids.map((oid) => [oid, shapeOf(oid)]));
}

/** Vectors (`int2vector`) count as arrays in the catalog, but their text is another. */
const lookUp = `
  with recursive wanted as (
    select oid, format_type(oid, null) as name, typbasetype, typdelim,
      case when typcategory = 'A' and typlen = -1 and oid not in (22, 30) then typelem else 0 end as element
    from pg_catalog.pg_type where oid = any ($1::pg_catalog.oid[])
    union
    select t.oid, format_type(t.oid, null), t.typbasetype, t.typdelim,
      case when t.typcategory = 'A' and t.typlen = -1 and t.oid not in (22, 30) then t.typelem else 0 end
    from wanted join pg_catalog.pg_type t on t.oid in (wanted.typbasetype, wanted.element)
  )
  select oid, name, typbasetype, element, typdelim from wanted`;
