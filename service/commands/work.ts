import { packagedAsset } from 'babylon-personalized-head/node';
import { Command, Option } from 'commander';
import { PeopleQueue } from '../queue/peopleQueue.js';
import { Machine } from '../steps/machine.js';
import { machineSteps } from '../steps/index.js';
import { openStore } from '../store/openStore.js';
import { PeopleWorker } from '../worker/peopleWorker.js';
import { askedToStop, queueOption, storeOption, wholeNumber } from './options.js';
import { superviseWorkers } from './supervise.js';
import type { WorkOptions } from './workOptions.js';

/** Works until it is told to stop, or there has been nothing to do for long enough. */
async function run(options: WorkOptions): Promise<void> {
  if (options.concurrency > 1) return superviseWorkers(options);
  const stopped = askedToStop();
  const store = await openStore(options.store);
  await store.check();
  const queue = new PeopleQueue(options.queue);
  const machine = await Machine.open(options);
  const worker = new PeopleWorker({
    ...{ queue, store },
    steps: machineSteps(machine, { size: options.size, stateEvery: options.stateEvery }),
    silence: 1000 * options.silence,
    onLine: (line) => console.error(line),
  });
  console.error(`working on ${machine.description}`);
  const ends = [stopped, ...(options.exitWhenIdle === undefined ? [] : [worker.idle(options.exitWhenIdle)])];
  await Promise.race(ends);
  await worker.stop();
  await queue.close();
  await machine.close();
  store.close();
  // ONNX Runtime and Dawn keep threads that would keep the process.
  process.exit(0);
}

/** `personalized-head work`. */
export function workCommand(): Command {
  return new Command('work')
    .description('Takes jobs from a queue: photos are prepared, heads are learned. Any number of machines may do so.')
    .addOption(queueOption())
    .addOption(storeOption())
    .option(
      '--concurrency <number>',
      'people at once, each in a process of its own; one for a GPU',
      wholeNumber(1, 1024),
      1,
    )
    .option('--threads <number>', 'of the CPU, for each of them; 0: one a core', wholeNumber(0, 1024), 0)
    .addOption(
      new Option('--base <file>', 'base file (.safetensors)').default(
        packagedAsset('base.safetensors'),
        'the embedded base',
      ),
    )
    .addOption(new Option('--backend <name>', 'where to run').choices(['auto', 'cpu', 'webgpu']).default('auto'))
    .option('--size <pixels>', 'side of the photos while they are learned from', wholeNumber(32, 1024), 128)
    .option('--state-every <seconds>', 'how often the state of a run is kept', wholeNumber(1, 3600), 60)
    .option(
      '--silence <seconds>',
      'after which another worker takes over from one that is not heard of',
      wholeNumber(2, 3600),
      60,
    )
    .option('--exit-when-idle <seconds>', 'end when there was nothing to do for so long', wholeNumber(1))
    .addHelpText(
      'after',
      '\nSIGTERM keeps what was done and gives the job back to the queue.' +
        '\n\nExample:\n  personalized-head work --queue redis://localhost:6379 --store people',
    )
    .action(run);
}
