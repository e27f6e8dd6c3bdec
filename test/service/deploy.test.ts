import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { serveCommand } from '../../service/commands/serve.js';
import { workCommand } from '../../service/commands/work.js';
import { PeopleQueue } from '../../service/queue/peopleQueue.js';
import { FolderStore } from '../../service/store/folderStore.js';
import { withTool } from '../harness/tools.js';
import { addPerson } from './people.js';
import { RedisServer } from './redisServer.js';

const deploy = 'service/deploy';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deploy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the validators say, a line each: of Dockerfiles, of Compose's schema, of the schemas of Kubernetes and KEDA. */
function complaints(of: string): string[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/deploy/check.mjs', of], {
    ...{ encoding: 'utf8', env: withTool('deploy') },
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter(Boolean);
}

test('Dockerfile, compose file and manifests are found right by their validators, which find mistakes', async () => {
  expect(complaints(deploy)).toEqual([]);
  await cp(deploy, folder, { recursive: true });
  const spoil = async (file: string, right: string, wrong: string): Promise<void> => {
    const text = await readFile(join(folder, file), 'utf8');
    expect(text).toContain(right);
    await writeFile(join(folder, file), text.replace(right, wrong));
  };
  await spoil('Dockerfile', 'USER node', 'USR node');
  await spoil('compose.yaml', 'stop_grace_period: 2m', 'stop_grace_period: soon');
  await spoil('kubernetes/door.yaml', 'containerPort: 8080', 'containerPort: eight');
  await spoil('kubernetes/queue.yaml', 'accessModes: [', 'accessModes: [[');
  await spoil('kubernetes/settings.yaml', 'kind: ConfigMap', 'kind: ConfigMop');
  await spoil('kubernetes/worker.yaml', 'maxReplicaCount: 100', 'maxReplicaCount: many');
  const told = complaints(folder).map((line) => line.split(':')[0]);
  expect([...new Set(told)].sort()).toEqual(
    [
      'Dockerfile',
      'compose.yaml',
      ...['door', 'queue', 'settings', 'worker'].map((name) => `kubernetes/${name}.yaml`),
    ].sort(),
  );
});

test('they call commands by options that there are', async () => {
  const texts = await Promise.all(
    ['compose.yaml', 'kubernetes/door.yaml', 'kubernetes/worker.yaml'].map((file) =>
      readFile(join(deploy, file), 'utf8'),
    ),
  );
  const known = (command: Command): (string | null | undefined)[] => command.options.map(({ long }) => long);
  for (const command of [serveCommand(), workCommand()]) {
    const calls = texts.flatMap((text) => [
      ...text.matchAll(new RegExp(`(?:command:\\s*\\[\\s*|- )${command.name()}\\b([^\\]]*?)(?:\\]|envFrom)`, 'g')),
    ]);
    const options = calls.map(([, rest]) => [...rest!.matchAll(/(?<![\w-])--[a-z-]+/g)].map(([option]) => option));
    expect(options.map((each) => each.length >= 3)).toEqual([true, true]);
    expect(options.flat().filter((option) => !known(command).includes(option))).toEqual([]);
  }
});

test('workers are started by sets of Redis that hold the jobs that wait, and those that wait for later', async () => {
  const manifest = await readFile(join(deploy, 'kubernetes/worker.yaml'), 'utf8');
  const [waiting, later] = [...manifest.matchAll(/listName: '(.*)'/g)].map(([, name]) => name!);
  const server = await RedisServer.start();
  const queue = new PeopleQueue(server.url);
  const store = new FolderStore(join(folder, 'people'));
  const [first] = [await addPerson(queue, store), await addPerson(queue, store)];
  expect([await queue.redis.zcard(waiting!), await queue.redis.zcard(later!)]).toEqual([2, 0]);
  await queue.queue.add('prepare', (await queue.jobsOf(first.person))[0]!.data, { delay: 60_000, priority: 1 });
  expect([await queue.redis.zcard(waiting!), await queue.redis.zcard(later!)]).toEqual([2, 1]);
  await queue.close();
  await server.remove();
});

test('the package holds what is compiled, licence and readme, and all to start it with', async () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json'], { cwd: 'service', encoding: 'utf8' });
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { files: { path: string }[] }>);
  const paths = packed!.files.map(({ path }) => path);
  const ofDeploy = await readdir(deploy, { recursive: true, withFileTypes: true });
  const wanted = ofDeploy
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => posix.relative('service', posix.join(parentPath, name)));
  expect(wanted).toHaveLength(6);
  expect(paths).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', ...wanted]),
  );
  expect(
    paths.filter((path) => !/^(dist\/.*\.(js|d\.ts)|deploy\/.*|LICENSE|README\.md|package\.json)$/.test(path)),
  ).toEqual([]);
});
