// Encrypts what Temporal stores. The client and the worker have the key; Temporal has not.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';

const ENCODING = Buffer.from('binary/encrypted');
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM. One that may change its key would also write into the metadata which key it used. */
export class AesGcmCodec implements PayloadCodec {
  readonly #key: Buffer;

  /** A key of 32 bytes, from where you keep your secrets. */
  constructor(key: Buffer) {
    this.#key = key;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map(({ metadata, data }) => {
      const original = metadata?.['encoding'] ?? Buffer.alloc(0);
      const encrypted = { ...metadata, encoding: ENCODING, original };
      return { metadata: encrypted, data: this.#encrypt(bytesOf(data)) };
    });
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      const { encoding, original, ...metadata } = payload.metadata ?? {};
      // What was stored before there was a codec stays readable.
      if (!original || !encoding || !ENCODING.equals(encoding)) return payload;
      return { metadata: { ...metadata, encoding: original }, data: this.#decrypt(bytesOf(payload.data)) };
    });
  }

  #encrypt(plain: Buffer): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), encrypted]);
  }

  #decrypt(data: Buffer): Buffer {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, data.subarray(0, IV_BYTES));
    decipher.setAuthTag(data.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(data.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  }
}

/** A payload without content, as the result of a function that returns nothing, has no data or an empty array. */
function bytesOf(data: Payload['data']): Buffer {
  return Buffer.from(data ?? []);
}
