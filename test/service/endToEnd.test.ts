import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readPerson } from '../../runtime/checkpoint/index.js';
import { fileNames } from '../../service/people/personFiles.js';
import { PeopleQueue } from '../../service/queue/peopleQueue.js';
import { machineSteps } from '../../service/steps/index.js';
import { Machine } from '../../service/steps/machine.js';
import { FolderStore } from '../../service/store/folderStore.js';
import { PeopleWorker } from '../../service/worker/peopleWorker.js';
import { tinyBase } from '../network/tinyBase.js';
import { addRawPerson, until } from './people.js';
import { RedisServer } from './redisServer.js';

let server: RedisServer;
let folder: string;
let queue: PeopleQueue;
let store: FolderStore;
let machine: Machine;

beforeAll(async () => {
  server = await RedisServer.start();
  folder = await mkdtemp(join(tmpdir(), 'service-'));
  queue = new PeopleQueue(server.url);
  store = new FolderStore(folder);
  machine = await Machine.open({ base: 'test/goldens/tiny-network.pkl', backend: 'cpu', threads: 1 });
});

afterAll(async () => {
  await machine.close();
  await queue.close();
  await server.remove();
  await rm(folder, { recursive: true, force: true });
});

function work(): PeopleWorker {
  const steps = { person: 4, shared: 0, photo: 2, training: 12 };
  return new PeopleWorker({ queue, store, steps: machineSteps(machine, { size: 32, steps, stateEvery: 1 }) });
}

test('photos become a head by real steps; a worker stopped while it learns changes nothing of it', async () => {
  const whole = await addRawPerson(queue, store, 'A');
  const first = work();
  await until('the picture of the head', async () => (await whole.names()).includes(fileNames.preview));
  await first.stop();
  expect(await whole.names()).toEqual([fileNames.head, fileNames.preview, fileNames.record, fileNames.report].sort());
  const { tensors } = await readPerson(bytesSource((await whole.read(fileNames.head))!), await tinyBase());
  expect(tensors.get('anchors')!.dims[1]).toBe(1);

  const broken = await addRawPerson(queue, store, 'A');
  for (let stops = 0; stops < 2; stops++) {
    const worker = work();
    await until('it to learn', async () => {
      const learning = (await queue.jobsOf(broken.person)).find(({ name }) => name === 'learn');
      return (await learning?.isActive()) ?? false;
    });
    await worker.stop();
    expect((await queue.jobsOf(broken.person)).map(({ name }) => name)).toEqual(['learn']);
  }
  const last = work();
  await until('the head', async () => (await queue.jobsOf(broken.person)).length === 0);
  await last.stop();
  expect(Buffer.compare((await broken.read(fileNames.head))!, (await whole.read(fileNames.head))!)).toBe(0);
});
