import { Command } from 'commander';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  faceApiJudge,
  humanJudge,
  judgePictures,
  judgeProof,
  proofGates,
  proofMarkdown,
} from 'babylon-personalized-head/command';
import { photoFolder, writeTextAtomically } from 'babylon-personalized-head/node';
import { interruptSignal } from '../output/failure.js';
import { requireOutputFolder } from '../output/outputPath.js';
import { stepLine } from '../output/progress.js';

async function run(folder: string, { output = folder }: { readonly output?: string }): Promise<void> {
  await requireOutputFolder(output);
  const signal = interruptSignal();
  const judges = [await faceApiJudge(), await humanJudge()];
  const line = stepLine();
  try {
    const { found, judged } = await judgePictures(photoFolder(folder), judges, {
      signal,
      onProgress: (fraction) => line.report(`judging pictures: ${Math.round(100 * fraction)} %`),
    });
    line.stop();
    const proofs = judges.map((judge) => judgeProof(judge, judged.get(judge.name)!));
    const gates = proofs.flatMap(proofGates);
    await mkdir(output, { recursive: true });
    const write = (name: string, content: string): Promise<void> => writeTextAtomically(join(output, name), content);
    await write('judges.json', JSON.stringify({ about: found.about, gates, proofs }, null, 1));
    await write('judges.md', proofMarkdown(found.about, proofs));
    for (const { what, value, passed } of gates) {
      console.log(`${passed ? 'yes' : 'no '} ${what}: ${value?.toFixed(3) ?? 'not measured'}`);
    }
    console.log(resolve(output, 'judges.md'));
  } finally {
    line.stop();
    for (const judge of judges) await judge.close();
  }
}

/** `personalized-head evaluate-base`. */
export function evaluateBaseCommand(): Command {
  return new Command('evaluate-base')
    .description('Lets face networks judge a base: identity, smile, eyes and mouth of held-out heads.')
    .argument('<folder>', 'pictures of base-model/evaluate.py --dump')
    .option('-o, --output <folder>', 'judges.md and judges.json (default: the folder of the pictures)')
    .action(run);
}
