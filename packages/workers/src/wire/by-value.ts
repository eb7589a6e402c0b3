import { Deserializer, Serializer } from 'node:v8';

/**
 * Structured clones as bytes, for where no MessagePort leads: what `readClone` makes of them equals what `structuredClone` gives. The base
 * classes of node:v8 do that; their Default ones write every view apart, which loses that two share a buffer, and make Buffers.
 */
class CloneSerializer extends Serializer {
  // Called by V8, by these names.
  _getDataCloneError(message: string): Error {
    return new DOMException(message, 'DataCloneError');
  }

  _writeHostObject(object: object): never {
    throw this._getDataCloneError(`${Object.prototype.toString.call(object)} could not be cloned for a process.`);
  }

  _getSharedArrayBufferId(): never {
    throw this._getDataCloneError('A SharedArrayBuffer cannot be shared with a process.');
  }
}

/**
 * Bytes of a value, after `reserved` bytes for the caller.
 *
 * Throws a DataCloneError, or what a getter throws. Beside what `structuredClone` refuses: SharedArrayBuffers, and the classes that Node.js
 * alone knows how to clone (KeyObject, Blob, FileHandle).
 */
export function writeClone(value: unknown, reserved = 0): Buffer {
  const serializer = new CloneSerializer();
  if (reserved > 0) serializer.writeRawBytes(Buffer.alloc(reserved));
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

export function readClone(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
