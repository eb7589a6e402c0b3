import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { DataError } from '../errors.js';
import { chunked } from './folder.fixture.js';
import { gunzip } from './gunzip.js';

const member = gzipSync('one and a half '.repeat(20));
const text = 'one and a half '.repeat(20);

async function unpack(packed: Uint8Array, size: number): Promise<string | DataError> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of gunzip(chunked(packed, [size]), 'f.gz')) parts.push(part);
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  return Buffer.concat(parts).toString();
}

const everySize = (bytes: Uint8Array) => Array.from({ length: bytes.length }, (_, index) => index + 1);

describe('gunzip, for chunks of every size', () => {
  test('members behind each other are one text, and zeros may follow', async () => {
    const packed = Buffer.concat([member, member, Buffer.alloc(5)]);
    for (const size of everySize(packed)) expect(await unpack(packed, size)).toBe(text + text);
  });

  test('anything else behind the end is an error', async () => {
    for (const tail of [Buffer.from('text'), Buffer.concat([Buffer.alloc(5), member]), Buffer.from([0, 0, 1])]) {
      const packed = Buffer.concat([member, tail]);
      for (const size of everySize(packed)) expect(await unpack(packed, size)).toBeInstanceOf(DataError);
    }
  });

  test('a file cut off anywhere within a member is an error', async () => {
    const packed = Buffer.concat([member, member]);
    for (let length = 1; length < packed.length; length++) {
      if (length === member.length) continue;
      for (const size of [1, 7, packed.length]) {
        expect(await unpack(packed.subarray(0, length), size)).toBeInstanceOf(DataError);
      }
    }
  });

  test('what the packed side throws comes out as it is', async () => {
    async function* broken() {
      yield member.subarray(0, 20);
      throw 'an abort reason';
    }
    const pull = async () => {
      for await (const _ of gunzip(broken(), 'f.gz'));
    };
    await expect(pull()).rejects.toBe('an abort reason');
  });
});
