import { dirname, relative, sep } from 'node:path';
import { Command } from 'commander';
import {
  cpuThreads,
  directionsPathOf,
  encodeProxy,
  isBeside,
  loadDirections,
  makeProxy,
  proxyBeside,
  proxyField,
} from 'babylon-personalized-head/command';
import { nodeExecution, writeFileAtomically } from 'babylon-personalized-head/node';
import { encodePerson, Generator, type PersonFile } from 'babylon-personalized-head/runtime';
import { loadBase, loadPerson } from '../files.js';
import { baseArgument } from '../options/base.js';
import { largestSide, wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { requireOutputFile } from '../output/outputPath.js';
import { progressBar } from '../output/progress.js';

interface ProxyOptions {
  readonly output: string;
  readonly directionsFile?: string;
  readonly vertices: number;
  readonly texture: number;
  readonly person?: string;
}

/** Notes in a person's file where their own proxy is, so that scenes find it. */
export async function noteProxy(personPath: string, person: PersonFile, proxyPath: string): Promise<void> {
  const path = relative(dirname(personPath), proxyPath).split(sep).join('/');
  if (!isBeside(path)) {
    console.log(`${personPath} is in no folder above it: name it as proxyUrl where the head is loaded.`);
    return;
  }
  const metadata = new Map([...person.metadata, [proxyField, path]]);
  await writeFileAtomically(personPath, encodePerson({ ...person, metadata }));
  console.log(`${personPath} names it.`);
}

async function run(basePath: string, options: ProxyOptions): Promise<void> {
  await requireOutputFile(options.output, '.safetensors');
  const signal = interruptSignal();
  const base = await loadBase(basePath, signal);
  const person = options.person === undefined ? undefined : await loadPerson(options.person, base);
  const generator = new Generator(base, await nodeExecution({ threads: cpuThreads(0) }));
  const bar = progressBar('making the proxy');
  try {
    const directions = await loadDirections(options.directionsFile ?? directionsPathOf(basePath), base);
    const common = person && (await proxyBeside(basePath, base));
    const proxy = await makeProxy(generator, directions, {
      vertices: options.vertices,
      textureSize: options.texture,
      ...(person ? { person } : {}),
      ...(common ? { common } : {}),
      onProgress: (fraction) => bar.report(fraction),
      signal,
    });
    const bytes = encodeProxy(proxy);
    await writeFileAtomically(options.output, bytes);
    bar.stop();
    console.log(
      `${options.output}: ${(bytes.length / 1024).toFixed(0)} KiB, ${proxy.positions.length / 3} vertices, ` +
        `${proxy.indices.length / 3} triangles, ${proxy.morphs.size} morphs`,
    );
    if (person) await noteProxy(options.person!, person, options.output);
  } finally {
    bar.stop();
    await generator.dispose();
  }
}

/** `personalized-head proxy`. */
export function proxyCommand(): Command {
  return new Command('proxy')
    .description(
      "Makes the proxy of a base: its mean head as a textured mesh whose morph targets are the base's expressions; or, with " +
        "--person, that person's own, and notes it in their .head.",
    )
    .addArgument(baseArgument('base file (.safetensors) with its directions beside it'))
    .requiredOption('-o, --output <file>', 'proxy to write, .safetensors')
    .option('--person <file>', 'person (.head) whose head to make')
    .option('--directions-file <file>', 'directions other than those beside the base')
    .option('--vertices <number>', 'vertices wanted, about', wholeNumber(100), 3000)
    .option('--texture <pixels>', 'side of the texture', wholeNumber(16, largestSide), 512)
    .addHelpText(
      'after',
      '\nExample:\n  personalized-head proxy assets/base.safetensors -o assets/base.proxy.safetensors\n' +
        '  personalized-head proxy --person me.head -o me.proxy.safetensors',
    )
    .action(run);
}
