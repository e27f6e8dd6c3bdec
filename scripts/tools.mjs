// `npm run tools`: installs the packages that single pages and tests need, into folders of their own, so that `npm ci` stays small.
// `npm run tools judges` installs the named ones alone. `npm test` installs what the tests need that it runs.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pruneTool } from './prune.mjs';

const root = join(import.meta.dirname, '..');

/** Folder of tools/ to what it is for. */
export const tools = {
  judges: 'face networks of other authors: evaluation, the identity meter of the latent page',
  deploy: 'validators of Dockerfile, compose file and Kubernetes manifests',
  oldest: 'the oldest Babylon that the library works on, as modules and as a script',
};

const folderOf = (name) => join(root, 'tools', name);

/** npm writes its own record of what it installed; a newer package-lock.json means another set of packages. */
function isInstalled(name) {
  const [record, lock] = ['node_modules/.package-lock.json', 'package-lock.json'].map((path) =>
    join(folderOf(name), path),
  );
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lock).mtimeMs;
}

/** @throws where npm fails */
export function installTools(names) {
  for (const name of names) {
    if (isInstalled(name)) continue;
    console.log(`Installing tools/${name} (${tools[name]}).`);
    // npm runs scripts through its own JavaScript file, which needs no shell on any system.
    const npm = process.env.npm_execpath;
    const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];
    const { status, error } = spawnSync(npm ? process.execPath : 'npm', npm ? [npm, ...args] : args, {
      ...{ cwd: folderOf(name), stdio: 'inherit' },
      // npm's own variables would make it install the project instead.
      env: Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_(config_|package_)/i.test(key))),
    });
    if (status !== 0)
      throw new Error(`tools/${name} could not be installed: ${error?.message ?? `npm ended with status ${status}`}.`);
    pruneTool(name);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !(name in tools));
  if (unknown.length > 0)
    throw new Error(`expected names of ${Object.keys(tools).join(', ')}, got ${unknown.join(', ')}`);
  installTools(named.length > 0 ? named : Object.keys(tools));
}
