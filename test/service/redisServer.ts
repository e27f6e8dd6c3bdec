import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const candidates = [process.env.REDIS_SERVER, '/usr/bin/valkey-server', '/usr/bin/redis-server'];

/** A port of this machine that nobody listens at. */
export const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (data) => {
      socket.destroy();
      // While it reads its file it says LOADING.
      done(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => done(false));
    socket.once('connect', () => socket.write('PING\r\n'));
  });

/** Redis or Valkey on a free port, with its file in a folder of its own. */
export class RedisServer {
  private _child: ChildProcess | null = null;

  private constructor(
    private readonly _folder: string,
    private readonly _port: number,
  ) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), 'redis-')), await freePort());
    await server.begin();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this._port}`;
  }

  /** @throws where neither Redis nor Valkey is installed: `npm test` installs one */
  async begin(): Promise<void> {
    const path = candidates.find((candidate) => candidate && existsSync(candidate));
    if (path === undefined) throw new Error('No valkey-server or redis-server: run npm test, or install one.');
    const options = ['--port', String(this._port), '--bind', '127.0.0.1', '--dir', this._folder, '--save', ''];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--loglevel', 'warning'];
    this._child = spawn(path, [...options, ...durable], { stdio: 'ignore' });
    for (let i = 0; i < 200; i++) {
      if (await answers(this._port)) return;
      await wait(50);
    }
    throw new Error(`${path} does not answer.`);
  }

  /** Ends it; `begin` starts it again with what it had. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this._child;
    if (!child) return;
    this._child = null;
    const closed = new Promise((done) => child.once('close', done));
    child.kill(signal);
    await closed;
  }

  async remove(): Promise<void> {
    await this.end();
    await rm(this._folder, { recursive: true, force: true });
  }
}
