/**
 * What a number in shared memory is, by the name of its typed array. `bigint64` and `biguint64` are bigints, the others numbers; `float32` and
 * `float64` have no atomic operations.
 */
export type NumberType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'bigint64'
  | 'biguint64'
  | 'float32'
  | 'float64';

const arrayTypes = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  bigint64: BigInt64Array,
  biguint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Readonly<Record<NumberType, unknown>>;

/** What an element of a `SharedArray`, or a `SharedValue`, of a type is: a number or a bigint. */
export type ElementOf<T extends NumberType> = T extends 'bigint64' | 'biguint64' ? bigint : number;
/** The typed array of a `SharedArray` of a type, over shared memory. */
export type ArrayOf<T extends NumberType> = T extends 'int8'
  ? Int8Array<SharedArrayBuffer>
  : T extends 'uint8'
    ? Uint8Array<SharedArrayBuffer>
    : T extends 'int16'
      ? Int16Array<SharedArrayBuffer>
      : T extends 'uint16'
        ? Uint16Array<SharedArrayBuffer>
        : T extends 'int32'
          ? Int32Array<SharedArrayBuffer>
          : T extends 'uint32'
            ? Uint32Array<SharedArrayBuffer>
            : T extends 'bigint64'
              ? BigInt64Array<SharedArrayBuffer>
              : T extends 'biguint64'
                ? BigUint64Array<SharedArrayBuffer>
                : T extends 'float32'
                  ? Float32Array<SharedArrayBuffer>
                  : Float64Array<SharedArrayBuffer>;

/** Any of the typed arrays, with elements that are taken as they come. */
export interface Elements {
  readonly length: number;
  [index: number]: number | bigint;
}

/** Typed arrays of whole numbers, which take atomic operations. */
type Whole = Int32Array;

export function bytesEach(type: NumberType): number {
  return arrayTypes[type].BYTES_PER_ELEMENT;
}

export function viewOf<T extends NumberType>(type: T, memory: SharedArrayBuffer): ArrayOf<T> {
  const View = arrayTypes[type] as unknown as new (memory: SharedArrayBuffer) => ArrayOf<T>;
  return new View(memory);
}

/** @throws TypeError */
export function assertType(type: unknown, where: string): asserts type is NumberType {
  if (typeof type === 'string' && Object.hasOwn(arrayTypes, type)) return;
  throw new TypeError(`${where}: type must be one of ${Object.keys(arrayTypes).join(', ')}, got ${String(type)}`);
}

function isFloat(view: object): boolean {
  return view instanceof Float32Array || view instanceof Float64Array;
}

/** Atomic for whole numbers; floats have no atomic operations, and a store of one is not torn on the machines that run Node.js. */
export function load(view: Elements, index: number): number | bigint {
  return isFloat(view) ? view[index]! : Atomics.load(view as unknown as Whole, index);
}

export function store(view: Elements, index: number, value: number | bigint): void {
  if (isFloat(view)) view[index] = value;
  else Atomics.store(view as unknown as Whole, index, value as number);
}

/** The value before. @throws TypeError for floats */
export function addTo(view: Elements, index: number, n: number | bigint): number | bigint {
  if (isFloat(view)) throw new TypeError('add is atomic and for whole numbers only; use update, which takes the lock');
  return Atomics.add(view as unknown as Whole, index, n as number);
}
