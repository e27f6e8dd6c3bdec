// `node scripts/latentResults.mjs PEOPLE HEADS OUT [BASE]`: for every HEADS/NAME.head with photos in PEOPLE/NAME measures
// interpolation, synthesis and editing and makes the pictures of docs/results.md. What is there already is not made again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [people, heads, out, base = 'assets/base.safetensors'] = process.argv.slice(2);
if (!people || !heads || !out) {
  console.error('Usage: node scripts/latentResults.mjs PEOPLE HEADS OUT [BASE]');
  process.exit(1);
}
const command = join(import.meta.dirname, '..', 'cli', 'personalized-head.mjs');

/** A neutral test photo from the front, and somewhere else to go to. */
const photo = (name) => {
  const { images } = JSON.parse(readFileSync(join(people, name, 'info.json'), 'utf8'));
  const neutral = images.filter(
    ({ split, expression }) => split === 'test' && Object.keys(expression ?? {}).length === 0,
  );
  neutral.sort((a, b) => Math.abs(a.yaw_deg) - Math.abs(b.yaw_deg));
  return join(people, name, neutral[0].name);
};

function run(args) {
  console.error(`personalized-head ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [command, ...args, '--base', base], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function once(output, args) {
  if (!existsSync(output)) run([...args, '-o', output]);
}

mkdirSync(out, { recursive: true });
const tables = [];
const names = readdirSync(heads)
  .filter((file) => file.endsWith('.head'))
  .map((file) => file.slice(0, -'.head'.length));
for (const name of names) {
  if (!existsSync(join(people, name, 'info.json'))) continue;
  const head = join(heads, `${name}.head`);
  const report = join(out, name);
  run(['evaluate-latent', head, '--photos', join(people, name), '-o', report]);
  tables.push(readFileSync(join(report, 'latent.md'), 'utf8'));
  const reference = ['--reference', photo(name), '--background', 'white'];
  once(join(out, `${name}-interpolate.png`), [
    'interpolate',
    head,
    '--path',
    '0,10,20',
    '--frames',
    '12',
    ...reference,
  ]);
  once(join(out, `${name}-samples.png`), ['sample', head, '-n', '24', ...reference]);
  const edit = ['edit', head, '--image', photo(name), '--views', '5', '--policy', 'all', ...reference];
  once(join(out, `${name}-smile.png`), [...edit, '--smile', '+2']);
  once(join(out, `${name}-grave.png`), [...edit, '--smile', '-2']);
}
writeFileSync(join(out, 'latent.md'), tables.join('\n'));
console.log(join(out, 'latent.md'));
