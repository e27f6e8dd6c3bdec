// A software Vulkan device for machines without a GPU, unpacked beside the project instead of installed.
// Dawn refuses Mesa before 25 (no dynamic indexing of sampled-image arrays), and Debian 12 ships 22: the newer
// driver comes from the distribution's own backports suite, through the machine's own package source.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.cache', 'lavapipe');
const icdPath = join(folder, 'icd.json');
const swiftShaderLibrary = '/usr/lib/chromium/libvk_swiftshader.so';

/** Runs a command; its output only shows in the error, so that a good run stays quiet. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...options });
  return {
    ok: result.status === 0,
    stdout: result.stdout ?? '',
    message: `${command} ${args.join(' ')}\n${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`,
  };
}

export const isRoot = () => process.getuid?.() === 0;
export const hasApt = () => process.platform === 'linux' && existsSync('/usr/bin/apt-get');

/** Installs distribution packages; the lists are fetched only when the first try fails, as in a bare container. */
export function aptInstall(packages) {
  if (!hasApt() || !isRoot()) return false;
  const args = ['install', '-y', '--no-install-recommends', ...packages];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (run('apt-get', args, { env }).ok) return true;
  run('apt-get', ['update'], { env });
  const second = run('apt-get', args, { env });
  if (!second.ok) console.error(second.message);
  return second.ok;
}

function codename() {
  const release = readFileSync('/etc/os-release', 'utf8');
  return /^VERSION_CODENAME="?([\w-]+)"?$/m.exec(release)?.[1];
}

/** The machine's own source entry for `suite`, as deb822 fields; both notations that apt reads. */
function sourceEntry(suite) {
  const partsFolder = '/etc/apt/sources.list.d';
  const parts = existsSync(partsFolder) ? readdirSync(partsFolder).map((name) => join(partsFolder, name)) : [];
  for (const path of parts.filter((name) => name.endsWith('.sources'))) {
    const text = readFileSync(path, 'utf8').replace(/^#.*\n/gm, '');
    for (const stanza of text.split(/\n\s*\n/)) {
      const field = (name) => new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t].*)*)`, 'mi').exec(stanza)?.[1]?.trim();
      if (!field('Suites')?.split(/\s+/).includes(suite)) continue;
      return { uris: field('URIs'), signedBy: field('Signed-By') };
    }
  }
  for (const path of ['/etc/apt/sources.list', ...parts.filter((name) => name.endsWith('.list'))]) {
    if (!existsSync(path)) continue;
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const match = /^deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s/.exec(line);
      if (match?.[3] === suite) return { uris: match[2], signedBy: /signed-by=(\S+)/.exec(match[1] ?? '')?.[1] };
    }
  }
  return undefined;
}

/** Downloads and unpacks the backported driver; gives the reason when it could not. */
function unpackDriver() {
  if (!hasApt()) return { reason: 'this machine has no apt' };
  const suite = codename();
  const entry = suite && sourceEntry(suite);
  if (!entry) return { reason: `no apt source for the suite ${suite ?? '(unknown)'} is configured` };

  const work = join(root, '.cache', `lavapipe.${process.pid}`);
  const paths = ['lists/partial', 'archives/partial', 'root'].map((name) => join(work, name));
  for (const path of paths) mkdirSync(path, { recursive: true });
  try {
    const source = [
      'Types: deb',
      `URIs: ${entry.uris}`,
      `Suites: ${suite}-backports`,
      'Components: main',
      ...(entry.signedBy ? [`Signed-By: ${entry.signedBy}`] : []),
    ];
    writeFileSync(join(work, 'backports.sources'), `${source.join('\n')}\n`);
    // Only the lists, the archive and the sources are ours; proxies and certificates stay the machine's.
    const isolated = [
      ...['-o', `Dir::Etc::sourcelist=${join(work, 'backports.sources')}`, '-o', 'Dir::Etc::sourceparts=-'],
      ...['-o', `Dir::State::lists=${join(work, 'lists')}`, '-o', `Dir::Cache::archives=${join(work, 'archives')}`],
      ...['-o', `Dir::Cache::pkgcache=`, '-o', `Dir::Cache::srcpkgcache=`],
      // Dropping privileges to _apt needs folders that _apt can enter, which a checkout need not be.
      ...(isRoot() ? ['-o', 'APT::Sandbox::User=root'] : []),
    ];
    for (const args of [['update'], ['download', 'mesa-vulkan-drivers']]) {
      const step = run('apt-get', [...isolated, ...args], { cwd: work });
      if (!step.ok) return { reason: step.message };
    }
    const archive = readdirSync(work).find((name) => name.endsWith('.deb'));
    if (!archive) return { reason: 'apt-get download left no package' };
    const unpacked = run('dpkg-deb', ['-x', join(work, archive), join(work, 'root')]);
    if (!unpacked.ok) return { reason: unpacked.message };
    const depends = run('dpkg-deb', ['-f', join(work, archive), 'Depends']).stdout;
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'root'), folder);
    // First alternatives only, without their versions: what the stable suite has was seen to be new enough.
    writeFileSync(
      join(folder, 'depends.txt'),
      depends
        .split(',')
        .map((item) => item.trim().split(/[\s:|]/)[0])
        .join('\n'),
    );
    return {};
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function driverLibrary(base) {
  for (const name of existsSync(base) ? readdirSync(base, { recursive: true }) : []) {
    if (name.endsWith('libvulkan_lvp.so')) return join(base, name);
  }
  return undefined;
}

function missingLibraries(library) {
  return [...run('ldd', [library]).stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
}

/** The driver file of an earlier run, if there is one. */
export function unpackedLavapipe() {
  if (!existsSync(icdPath)) return undefined;
  // The path inside is absolute: a checkout that moved has to write it anew.
  return existsSync(JSON.parse(readFileSync(icdPath, 'utf8')).ICD.library_path) ? icdPath : undefined;
}

/** The driver file of a lavapipe installed in the system; whether it is new enough, Dawn says. */
export function systemLavapipe() {
  const icdFolder = '/usr/share/vulkan/icd.d';
  const names = existsSync(icdFolder) ? readdirSync(icdFolder) : [];
  const name = names.find((candidate) => candidate.startsWith('lvp_icd'));
  return name && join(icdFolder, name);
}

/** Unpacks the driver and installs what it links to; gives its driver file, or the reason there is none. */
export function unpackLavapipe() {
  let library = driverLibrary(folder);
  if (!library) {
    const { reason } = unpackDriver();
    if (reason) return { reason };
    library = driverLibrary(folder);
    if (!library) return { reason: 'the driver package holds no libvulkan_lvp.so' };
  }
  if (missingLibraries(library).length > 0) {
    aptInstall(readFileSync(join(folder, 'depends.txt'), 'utf8').split('\n').filter(Boolean));
    const missing = missingLibraries(library);
    if (missing.length > 0) return { reason: `the driver lacks these libraries: ${missing.join(', ')}` };
  }
  writeFileSync(icdPath, icdText(library));
  return { icd: icdPath };
}

/** Chromium's SwiftShader as a plain Vulkan driver: some 40 times slower, and without shader-f16. */
export function swiftShader() {
  if (!existsSync(swiftShaderLibrary)) return undefined;
  const path = join(root, '.cache', 'swiftshader.json');
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(path, icdText(swiftShaderLibrary));
  return path;
}

const icdText = (library) =>
  `${JSON.stringify({ file_format_version: '1.0.0', ICD: { library_path: library, api_version: '1.4.0' } }, null, 2)}\n`;
