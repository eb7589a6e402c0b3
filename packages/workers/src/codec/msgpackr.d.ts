/** The part of msgpackr that the codec uses; the copy lies in dist/vendor (see scripts/vendor-msgpackr.mjs). */
export interface MsgpackrOptions {
  readonly useRecords?: boolean;
  readonly useToJSON?: boolean;
  readonly moreTypes?: boolean;
}
export declare class Packr {
  constructor(options?: MsgpackrOptions);
  /** A view of the packer's own buffer. With RESET_BUFFER_MODE the next call writes over it. */
  pack(value: unknown, mode?: number): Uint8Array;
  unpack(bytes: Uint8Array): unknown;
}
export declare const RESET_BUFFER_MODE: number;
