import { Command } from 'commander';
import { readFile, stat } from 'node:fs/promises';
import { fileSource, importCheckpoint } from 'babylon-personalized-head/node';
import { AssetError } from 'babylon-personalized-head/runtime';
import { interruptSignal } from '../output/failure.js';
import { requireOutputFile } from '../output/outputPath.js';
import { progressBar } from '../output/progress.js';

interface ImportOptions {
  readonly output: string;
  readonly half?: boolean;
  readonly config?: string;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new AssetError('config/json', `${path}: this is no JSON: ${cause.message}.`, { cause });
  }
}

async function run(input: string, options: ImportOptions): Promise<void> {
  await requireOutputFile(options.output, '.safetensors');
  const source = await fileSource(input);
  const bar = progressBar(`importing ${input}`);
  try {
    await importCheckpoint(source, options.output, {
      half: options.half ?? false,
      ...(options.config === undefined ? {} : { config: await readJson(options.config) }),
      onProgress: (fraction) => bar.report(fraction),
      signal: interruptSignal(),
    });
  } finally {
    bar.stop();
    await source.close();
  }
  const { size } = await stat(options.output);
  console.log(`${options.output}: ${(size / 2 ** 20).toFixed(1)} MiB`);
}

/** `personalized-head import`. */
export function importCommand(): Command {
  return new Command('import')
    .description(
      'Turns an EG3D network pickle (or a bare safetensors file) into a base file. Executes nothing from it.',
    )
    .argument('<checkpoint>', 'network.pkl, or weights.safetensors with --config')
    .requiredOption('-o, --output <file>', 'base file to write, .safetensors')
    .option('--half', 'store the weights as float16')
    .option('--config <file>', 'configuration (JSON) of a file that has none')
    .addHelpText(
      'after',
      '\nExample:\n  personalized-head import ffhqrebalanced512-128.pkl -o ffhq.safetensors --half\n' +
        '\nOfficial EG3D weights are for non-commercial use only.',
    )
    .action(run);
}
