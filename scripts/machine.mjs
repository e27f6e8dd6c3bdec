// Makes a machine able to run the tests: a WebGPU adapter for Node, a Chromium, and a Redis or Valkey.
// `node scripts/machine.mjs` prepares and reports; scripts/test.mjs takes the environment from here.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aptInstall, run, swiftShader, systemLavapipe, unpackedLavapipe, unpackLavapipe } from './softwareGpu.mjs';

// A child process, because a driver that Dawn dislikes may bring its process down, and for one Dawn per process.
const probeSource = `
import { create } from 'webgpu';
const adapter = await create([]).requestAdapter();
if (!adapter) { console.log('null'); process.exit(1); }
const { vendor, architecture, device, description } = adapter.info;
console.log(JSON.stringify({
  name: [description || device || architecture, vendor].filter(Boolean).join(', '),
  f16: adapter.features.has('shader-f16'),
}));
process.exit(0);`;

/** The adapter that Dawn gives under `env`, or the reason it gives none. */
function probe(env) {
  const result = run(process.execPath, ['--input-type=module', '--eval', probeSource], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...env },
    timeout: 120_000,
  });
  if (!result.ok) return { reason: result.message.replace(probeSource, '...') };
  return { adapter: JSON.parse(result.stdout) };
}

/** Dawn opens the loader by name at run time, so nothing else notices that it is missing. */
function hasVulkanLoader() {
  return run('sh', ['-c', 'PATH="$PATH:/sbin:/usr/sbin" ldconfig -p']).stdout.includes('libvulkan.so.1');
}

/**
 * The variables under which Dawn finds an adapter; a driver the caller chose is never replaced. `ownFirst`: the machine's GPU
 * before a software one, for measuring.
 */
export function prepareGpu({ ownFirst = false } = {}) {
  const reasons = [];
  const given = process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES;
  if (process.platform !== 'linux' || given) return firstThatWorks({ 'the chosen driver': () => ({}) }, reasons);
  if (!hasVulkanLoader()) aptInstall(['libvulkan1']);
  const driver = (icd) => icd && { VK_ICD_FILENAMES: icd };
  // lavapipe before the machine's own drivers: the numbers a test sees are the same everywhere.
  const own = { "the machine's own drivers": () => ({}) };
  return firstThatWorks(
    {
      ...(ownFirst ? own : {}),
      'lavapipe beside the project': () => driver(unpackedLavapipe()),
      'lavapipe of the system': () => driver(systemLavapipe()),
      'lavapipe from backports': () => {
        const { icd, reason } = unpackLavapipe();
        if (reason) reasons.push(`lavapipe from backports: ${reason}`);
        return driver(icd);
      },
      ...own,
      'SwiftShader, which is slow and has no shader-f16': () => driver(swiftShader()),
    },
    reasons,
  );
}

function firstThatWorks(candidates, reasons) {
  for (const [label, variables] of Object.entries(candidates)) {
    const env = variables();
    if (!env) continue;
    const { adapter, reason } = probe(env);
    if (adapter) {
      if (!label.startsWith('lavapipe')) console.warn([...reasons, `WebGPU for Node comes from ${label}.`].join('\n'));
      return { env, adapter };
    }
    reasons.push(`${label}: ${reason}`);
  }
  return { reasons };
}

/** The Chromium of the browser tests. */
export function prepareChromium() {
  const candidates = [
    process.env.CHROME_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  const found = () => candidates.find((path) => path && existsSync(path));
  if (!found()) aptInstall(['chromium']);
  return found();
}

/** The queue's server of the service's tests, which start it themselves. */
export function prepareRedis() {
  const names = ['valkey-server', 'redis-server'];
  const found = () =>
    [process.env.REDIS_SERVER, ...names.map((name) => join('/usr/bin', name))].find((path) => path && existsSync(path));
  // Debian has Valkey from 13 on.
  if (!found()) names.some((name) => aptInstall([name]));
  return found();
}

/** Everything at once; ends the process with what to install when something cannot be had. */
export function prepareMachine() {
  // First, because the last resort for a driver is Chromium's.
  const chromium = prepareChromium();
  if (!chromium) {
    console.error('No Chromium. Install the package chromium, or name an executable in CHROME_PATH.');
    process.exit(1);
  }
  const gpu = prepareGpu();
  if (!gpu.env) {
    console.error(gpu.reasons.join('\n'));
    console.error(
      'No WebGPU adapter. Install the Vulkan loader (libvulkan1) and Mesa 25 or newer (mesa-vulkan-drivers; on Debian 12 ' +
        'from its backports suite), or name a driver in VK_ICD_FILENAMES.',
    );
    process.exit(1);
  }
  const redis = prepareRedis();
  if (!redis) {
    console.error(
      'No Redis. Install the package valkey-server or redis-server, or name an executable in REDIS_SERVER.',
    );
    process.exit(1);
  }
  console.log(
    `WebGPU: ${gpu.adapter.name}${gpu.adapter.f16 ? ', shader-f16' : ''}. Browser: ${chromium}. Queue: ${redis}.`,
  );
  return {
    ...gpu.env,
    CHROME_PATH: chromium,
    REDIS_SERVER: redis,
    // The home folder of a build machine may not be writable; compiled shaders make the next run faster.
    MESA_SHADER_CACHE_DIR: process.env.MESA_SHADER_CACHE_DIR ?? cacheFolder('mesa'),
    // Mesa and Chromium complain when there is none.
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? cacheFolder('runtime'),
  };
}

function cacheFolder(name) {
  const path = join(import.meta.dirname, '..', '.cache', name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepareMachine();
