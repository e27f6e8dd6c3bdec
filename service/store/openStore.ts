import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { fileURLToPath } from 'node:url';
import { HeadError } from 'babylon-personalized-head/runtime';
import { FolderStore } from './folderStore.js';
import type { Store } from './store.js';

/**
 * A folder (`./people`, `file:///srv/people`), or a bucket: `s3://bucket/prefix?region=eu-central-1`, of another server than
 * Amazon's with `&endpoint=http://host:9000`. Who may read the bucket, the official client finds where it always does:
 * AWS_ACCESS_KEY_ID and the like in the environment, a profile, or the machine's role.
 * @throws HeadError `service/store` for an address of another kind
 */
export async function openStore(address: string): Promise<Store> {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//.exec(address)?.[1];
  if (scheme === undefined) return new FolderStore(address);
  if (scheme === 'file') return new FolderStore(fileURLToPath(address));
  if (scheme === 's3') return s3(new URL(address));
  throw new HeadError(
    'service/store',
    `--store: expected a folder or s3://bucket, got ${scheme}://. Give one of these.`,
  );
}

/** Servers other than Amazon's may know neither buckets as host names nor checksums that follow the body. */
const lenient = {
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
} as const;

async function s3(url: URL): Promise<Store> {
  const prefix = url.pathname.replace(/^\//, '');
  const endpoint = url.searchParams.get('endpoint');
  const region = url.searchParams.get('region');
  const client: S3ClientConfig = {
    ...(region === null ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint, ...lenient }),
  };
  // Half of what this package loads: not for those who keep a folder.
  const { S3Store } = await import('./s3Store.js');
  return new S3Store({
    bucket: url.hostname,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    client,
  });
}
