import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { HeadError } from 'babylon-personalized-head/runtime';
import { contentTypeOf, personOfKey } from './keys.js';
import type { Content, Listed, Opened, Store } from './store.js';

/** As many as one request may name. */
const batch = 1000;

export interface S3StoreOptions {
  readonly bucket: string;
  /** Before every key, ending in a slash; empty: none. */
  readonly prefix: string;
  readonly client: S3ClientConfig;
}

/** A bucket of S3, or of a server that speaks like it. */
export class S3Store implements Store {
  private readonly _client: S3Client;

  constructor(private readonly _options: S3StoreOptions) {
    this._client = new S3Client(_options.client);
  }

  async put(key: string, content: Content): Promise<void> {
    const isBytes = content instanceof Uint8Array;
    await this._client.send(
      new PutObjectCommand({
        ...this._object(key),
        ContentType: contentTypeOf(key),
        Body: isBytes ? content : createReadStream(content.file),
        ContentLength: isBytes ? content.length : content.size,
      }),
    );
  }

  async open(key: string): Promise<Opened | null> {
    const type = contentTypeOf(key);
    try {
      const { Body, ContentLength, ContentType } = await this._client.send(new GetObjectCommand(this._object(key)));
      const body = Body as Readable;
      if (ContentType === type) return { type, size: ContentLength!, body };
      body.destroy();
      throw new HeadError(
        'service/content-type',
        `store: expected ${type}, got ${ContentType ?? 'none'}. Something else wrote this object: remove it.`,
      );
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  }

  async *list(prefix: string): AsyncIterable<Listed> {
    const { bucket, prefix: before } = this._options;
    let token: string | undefined;
    do {
      const page = await this._client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: `${before}${prefix}`,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      for (const { Key, LastModified } of page.Contents ?? []) {
        const key = Key!.slice(before.length);
        if (personOfKey(key) !== null) yield { key, modified: LastModified! };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += batch) {
      const Objects = keys.slice(at, at + batch).map((key) => ({ Key: this._object(key).Key }));
      const { Errors = [] } = await this._client.send(
        new DeleteObjectsCommand({ Bucket: this._options.bucket, Delete: { Objects, Quiet: true } }),
      );
      if (Errors.length === 0) continue;
      throw new HeadError(
        'service/delete',
        `store: expected ${Objects.length} objects to be removed, ${Errors.length} were refused (${Errors[0]!.Code ?? '?'}). ` +
          'Allow s3:DeleteObject.',
      );
    }
  }

  async check(): Promise<void> {
    await this._client.send(new HeadBucketCommand({ Bucket: this._options.bucket }));
  }

  close(): void {
    this._client.destroy();
  }

  private _object(key: string): { Bucket: string; Key: string } {
    contentTypeOf(key);
    return { Bucket: this._options.bucket, Key: `${this._options.prefix}${key}` };
  }
}
