import { Deserializer, Serializer } from 'node:v8';
import { refuseForeign } from './foreign.js';

/**
 * Structured clones as bytes, for where no MessagePort leads: what `readClone` makes of them equals what `structuredClone` gives. The base
 * classes of node:v8 do that; their Default ones write every view apart, which loses that two share a buffer, and make Buffers.
 */
class CloneSerializer extends Serializer {
  // Called by V8, by these names.
  _getDataCloneError(message: string): Error {
    return new DOMException(message, 'DataCloneError');
  }

  /** Of an object that is no plain one to V8. A few, as `process.env`, are cloned as if they were. */
  _writeHostObject(object: object): void {
    const copy: object = structuredClone(object);
    if (Object.getPrototypeOf(copy) !== Object.prototype) {
      throw this._getDataCloneError(`${Object.prototype.toString.call(object)} could not be cloned for a process.`);
    }
    this.writeValue(copy);
  }

  _getSharedArrayBufferId(): never {
    throw this._getDataCloneError('A SharedArrayBuffer cannot be shared with a process.');
  }
}

class CloneDeserializer extends Deserializer {
  // As above.
  _readHostObject(): unknown {
    return this.readValue();
  }
}

/**
 * Bytes of a value, after `reserved` bytes for the caller.
 *
 * Throws what `structuredClone` throws. Beside what that refuses: SharedArrayBuffers, and what only the platform
 * knows how to clone.
 */
export function writeClone(value: unknown, reserved = 0): Buffer {
  refuseForeign(value);
  const serializer = new CloneSerializer();
  if (reserved > 0) serializer.writeRawBytes(Buffer.alloc(reserved));
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

export function readClone(bytes: Uint8Array): unknown {
  const deserializer = new CloneDeserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
