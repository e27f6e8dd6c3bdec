import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** Browsers compile streamed wasm and load modules only under the right type. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
  '.wgsl': 'text/wgsl; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.safetensors': 'application/octet-stream',
};

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

function fileFor(folder: string, pathname: string): string | undefined {
  // normalize() of an absolute path cannot climb above its root, so neither can the joined one.
  const path = join(folder, normalize(`/${decodeURIComponent(pathname)}`));
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return fileFor(folder, `${pathname.replace(/\/$/, '')}/index.html`);
  return stats?.isFile() ? path : undefined;
}

/**
 * Serves a folder on a free port of the loopback address, which browsers count as a secure context (WebGPU needs one)
 * and which, unlike the name localhost, needs no hosts file.
 */
export async function serveFolder(folder: string): Promise<Site> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/favicon.ico') {
      // Asked for by the browser itself; a 404 would count as the page's error.
      response.writeHead(204).end();
      return;
    }
    const path = fileFor(folder, pathname);
    if (path === undefined) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`No ${pathname}`);
      return;
    }
    response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
