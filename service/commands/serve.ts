import { HeadError } from 'babylon-personalized-head/runtime';
import { Command } from 'commander';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Accounts, hashOfToken, newToken } from '../door/accounts.js';
import { Metrics } from '../door/metrics.js';
import { openDoor } from '../door/openDoor.js';
import { defaultLimits } from '../door/spoolPhoto.js';
import { Watching } from '../door/watching.js';
import { sweepHourly } from '../people/sweepHourly.js';
import { PeopleQueue } from '../queue/peopleQueue.js';
import { openStore } from '../store/openStore.js';
import { askedToStop, queueOption, storeOption, wholeNumber } from './options.js';

interface ServeOptions {
  readonly queue: string;
  readonly store: string;
  readonly host: string;
  readonly port: number;
  readonly tokens?: string;
  readonly newToken?: boolean;
  readonly origin: readonly string[];
  readonly uploads: number;
  readonly rate: number;
  readonly photos: number;
  readonly keepPhotos: number;
  readonly keepPeople: number;
  readonly spool: string;
  readonly trustProxy?: boolean;
}

const day = 86_400_000;
const isLoopback = (host: string): boolean => ['127.0.0.1', '::1', 'localhost'].includes(host);

async function accounts({ tokens, host }: ServeOptions): Promise<Accounts> {
  if (tokens !== undefined) return Accounts.parse(await readFile(tokens, 'utf8'), tokens);
  if (!isLoopback(host)) {
    throw new HeadError(
      'service/tokens',
      `--host ${host}: expected --tokens, since others can reach this address. See docs/service.md.`,
    );
  }
  const token = newToken();
  console.error(`token until this process ends: ${token}`);
  return Accounts.single(token);
}

async function run(options: ServeOptions): Promise<void> {
  if (options.newToken) {
    const token = newToken();
    console.log(`${token}\nsha256 ${hashOfToken(token)}`);
    return;
  }
  const stopped = askedToStop();
  const known = await accounts(options);
  const store = await openStore(options.store);
  await store.check();
  const queue = new PeopleQueue(options.queue, { isImpatient: true });
  const spool = await mkdtemp(join(options.spool, 'personalized-head-'));
  const watching = new Watching(options.queue);
  const metrics = new Metrics(queue);
  const limits = { ...defaultLimits, photos: options.photos };
  const app = await openDoor(
    { ...{ queue, store, spool, watching, metrics, limits }, accounts: known, uploads: options.uploads },
    { origins: options.origin, rate: options.rate, log: process.stderr, trustProxy: options.trustProxy ?? false },
  );
  const endSweeping = sweepHourly(queue, store, { photos: day * options.keepPhotos, people: day * options.keepPeople });
  console.error(await app.listen({ host: options.host, port: options.port }));
  await stopped;
  endSweeping();
  await app.close();
  await watching.close();
  await queue.close();
  store.close();
  await rm(spool, { recursive: true, force: true });
}

/** `personalized-head serve`. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Takes photos over HTTP, puts jobs into a queue for `work`, and hands heads out.')
    .addOption(queueOption())
    .addOption(storeOption())
    .option('--host <address>', 'to listen at; others than this machine’s own need --tokens', '127.0.0.1')
    .option('--port <number>', 'to listen at', wholeNumber(0, 65_535), 8080)
    .option('--tokens <file>', 'accounts, see docs/service.md (default: one token that is printed)')
    .option('--new-token', 'print a new token and its hash for the file of accounts, and end')
    .option(
      '--origin <url>',
      'a page of this origin may ask (repeat for several)',
      (url: string, all: string[]) => [...all, url],
      [],
    )
    .option('--uploads <number>', 'uploads at once; others are told to wait', wholeNumber(1), 200)
    .option('--rate <number>', 'requests a minute of one tenant', wholeNumber(1), 600)
    .option('--photos <number>', 'of one person at most', wholeNumber(1, 10_000), defaultLimits.photos)
    .option('--keep-photos <days>', 'of people whose head was not finished', wholeNumber(1), 3)
    .option('--keep-people <days>', 'heads and all else', wholeNumber(1), 30)
    .option('--spool <folder>', 'for photos until they are in the store', tmpdir())
    .option('--trust-proxy', 'a proxy before it names the sender’s address')
    .addHelpText(
      'after',
      '\nThe API describes itself at /openapi.json.\n\nExample:\n  personalized-head serve --store people',
    )
    .action(run);
}
