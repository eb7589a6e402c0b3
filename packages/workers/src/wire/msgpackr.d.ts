/** The part of msgpackr that the codec uses; the copy lies in dist/vendor (see scripts/vendor-msgpackr.mjs). */
export interface MsgpackrOptions {
  readonly useRecords?: boolean;
  readonly mapsAsObjects?: boolean;
  readonly moreTypes?: boolean;
  readonly useToJSON?: boolean;
  readonly bundleStrings?: boolean;
}
export declare class Packr {
  constructor(options?: MsgpackrOptions);
  pack(value: unknown): Uint8Array;
  unpack(bytes: Uint8Array): unknown;
}
export declare class Unpackr {
  constructor(options?: MsgpackrOptions);
  unpack(bytes: Uint8Array): unknown;
}
