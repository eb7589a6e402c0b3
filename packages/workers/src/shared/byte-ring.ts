/** Bytes in shared memory, first in, first out, each piece with its length before it. Knows no lock and no waiting. */
export class ByteRing {
  readonly #cells: Int32Array;
  readonly #head: number;
  readonly #used: number;
  readonly #bytes: Uint8Array;

  /** `at`: two words, of where the first piece begins and of how many bytes are used. */
  constructor(cells: Int32Array, at: number, bytes: Uint8Array) {
    this.#cells = cells;
    this.#head = at;
    this.#used = at + 1;
    this.#bytes = bytes;
  }

  /** Bytes that a piece takes beside its own. */
  static readonly prefix = 4;

  fits(length: number): boolean {
    return this.#cells[this.#used]! + ByteRing.prefix + length <= this.#bytes.length;
  }

  push(piece: Uint8Array): void {
    const at = this.#cells[this.#head]! + this.#cells[this.#used]!;
    this.#write(at, new Uint8Array(Uint32Array.of(piece.length).buffer));
    this.#write(at + ByteRing.prefix, piece);
    this.#cells[this.#used]! += ByteRing.prefix + piece.length;
  }

  /** The first piece, which is there. */
  shift(): Uint8Array {
    const at = this.#cells[this.#head]!;
    const length = new Uint32Array(this.#read(at, ByteRing.prefix).buffer)[0]!;
    const piece = this.#read(at + ByteRing.prefix, length);
    this.#cells[this.#head] = (at + ByteRing.prefix + length) % this.#bytes.length;
    this.#cells[this.#used]! -= ByteRing.prefix + length;
    return piece;
  }

  #write(at: number, piece: Uint8Array): void {
    const from = at % this.#bytes.length;
    const room = this.#bytes.length - from;
    this.#bytes.set(piece.subarray(0, room), from);
    if (piece.length > room) this.#bytes.set(piece.subarray(room), 0);
  }

  #read(at: number, length: number): Uint8Array<ArrayBuffer> {
    const piece = new Uint8Array(length);
    const from = at % this.#bytes.length;
    piece.set(this.#bytes.subarray(from, from + length));
    const read = Math.min(length, this.#bytes.length - from);
    if (read < length) piece.set(this.#bytes.subarray(0, length - read), read);
    return piece;
  }
}
