/** What was measured at a station, in tenths of a degree. */
export interface StationSum {
  readonly name: string;
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** Sums by station of lines as `Station 017;-3.4`. */
export class StationSums {
  readonly #stations = new Map<string, StationSum>();

  addLine(line: string): void {
    const semicolon = line.indexOf(';');
    this.#add(line.slice(0, semicolon), Math.round(Number(line.slice(semicolon + 1)) * 10));
  }

  addAll(sums: readonly StationSum[]): void {
    for (const { name, count, sum, min, max } of sums) {
      const known = this.#stations.get(name);
      if (known === undefined) {
        this.#stations.set(name, { name, count, sum, min, max });
        continue;
      }
      known.count += count;
      known.sum += sum;
      known.min = Math.min(known.min, min);
      known.max = Math.max(known.max, max);
    }
  }

  /** Sorted by name. */
  list(): StationSum[] {
    return [...this.#stations.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #add(name: string, tenths: number): void {
    const station = this.#stations.get(name);
    if (station === undefined) {
      this.#stations.set(name, { name, count: 1, sum: tenths, min: tenths, max: tenths });
      return;
    }
    station.count += 1;
    station.sum += tenths;
    if (tenths < station.min) station.min = tenths;
    if (tenths > station.max) station.max = tenths;
  }
}

interface ByteStation extends StationSum {
  readonly bytes: Uint8Array;
}

const slots = 4096;
const [lineFeed, semicolon, minus, point, zero] = [10, 59, 45, 46, 48];

/**
 * The same sums of undecoded bytes, which end with a line feed: names are looked up by the hash FNV-1a in a table of open addresses, and numbers have one
 * digit behind the point. For fewer stations than half of its slots.
 */
export class StationBytes {
  readonly #table: (ByteStation | undefined)[] = new Array(slots).fill(undefined);

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const start = at;
      let hash = 0x811c9dc5;
      for (let byte = bytes[at]!; byte !== semicolon; byte = bytes[++at]!) hash = Math.imul(hash ^ byte, 0x01000193);
      const end = at++;
      const isNegative = bytes[at] === minus;
      if (isNegative) at++;
      let tenths = 0;
      for (let byte = bytes[at]!; byte !== lineFeed; byte = bytes[++at]!) {
        if (byte !== point) tenths = tenths * 10 + byte - zero;
      }
      at++;
      if (isNegative) tenths = -tenths;
      const station = this.#find(bytes, start, end, hash);
      station.count += 1;
      station.sum += tenths;
      if (tenths < station.min) station.min = tenths;
      if (tenths > station.max) station.max = tenths;
    }
  }

  list(): StationSum[] {
    const found = this.#table.flatMap((station) => (station === undefined ? [] : [station]));
    return found.map(({ name, count, sum, min, max }) => ({ name, count, sum, min, max }));
  }

  #find(bytes: Uint8Array, start: number, end: number, hash: number): ByteStation {
    for (let slot = hash & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const station = this.#table[slot];
      if (station === undefined) return this.#put(slot, new Uint8Array(bytes.subarray(start, end)));
      if (isAt(station.bytes, bytes, start, end)) return station;
    }
  }

  #put(slot: number, bytes: Uint8Array): ByteStation {
    const name = Buffer.from(bytes).toString();
    const station = { name, bytes, count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
    this.#table[slot] = station;
    return station;
  }
}

function isAt(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}
