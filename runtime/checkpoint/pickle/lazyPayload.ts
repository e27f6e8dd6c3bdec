import { AssetError } from '../../core/errors.js';
import { bytesSource, sliceSource, type ByteSource } from '../byteSource.js';

/** A long string that was skipped: its place in the file, UTF-8. */
export class LazyText {
  constructor(
    readonly source: ByteSource,
    readonly offset: number,
    readonly length: number,
  ) {}

  async read(): Promise<string> {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await this.source.read(this.offset, this.length));
  }
}

/** A long byte string that was skipped: its place in the file. */
export class LazyBytes {
  constructor(
    readonly source: ByteSource,
    readonly offset: number,
    readonly length: number,
  ) {}

  read(): Promise<Uint8Array<ArrayBuffer>> {
    return this.source.read(this.offset, this.length);
  }
}

/** Protocol 2 has no bytes: it writes them as text, one Latin-1 character a byte, in UTF-8. */
export class LatinBytes {
  constructor(readonly text: LazyText) {}

  /** The first bytes, or all of them; `limit` counts bytes of text, of which one or two make a byte. */
  async read(limit = this.text.length): Promise<Uint8Array<ArrayBuffer>> {
    const length = Math.min(limit, this.text.length);
    return decodeLatin1(await this.text.source.read(this.text.offset, length), length < this.text.length);
  }
}

export type Payload = Uint8Array | LazyBytes | LatinBytes;

/** The payload as a source: whole, or at least its first `head` / 2 bytes where only they are wanted. */
export async function payloadSource(payload: Payload, head?: number): Promise<ByteSource> {
  if (payload instanceof Uint8Array) return bytesSource(payload);
  if (payload instanceof LazyBytes) return sliceSource(payload.source, payload.offset, payload.length);
  return bytesSource(await payload.read(head));
}

/** UTF-8 text of code points below 256 to one byte each; `partial` text may end inside a character. */
export function decodeLatin1(utf8: Uint8Array, partial = false): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(utf8.length);
  let length = 0;
  for (let i = 0; i < utf8.length; i++) {
    const lead = utf8[i]!;
    if (lead < 0x80) {
      bytes[length++] = lead;
      continue;
    }
    const next = utf8[++i];
    if (next === undefined && partial) break;
    if ((lead & 0xfe) !== 0xc2 || next === undefined || (next & 0xc0) !== 0x80) {
      throw new AssetError('asset/pickle', `byte ${i} of a byte string: expected Latin-1. The file is damaged.`);
    }
    bytes[length++] = ((lead & 3) << 6) | (next & 0x3f);
  }
  return bytes.slice(0, length);
}
