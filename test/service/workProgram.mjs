// A worker as `personalized-head work` is one, but with fewer steps on a tiny base, unless they are `draft`:
// node test/service/workProgram.mjs QUEUE FOLDER STEPS SILENCE
import { PeopleQueue } from '../../service/dist/queue/peopleQueue.js';
import { Machine } from '../../service/dist/steps/machine.js';
import { machineSteps } from '../../service/dist/steps/index.js';
import { FolderStore } from '../../service/dist/store/folderStore.js';
import { PeopleWorker } from '../../service/dist/worker/peopleWorker.js';

const [url, folder, steps, silence] = process.argv.slice(2);
const isDraft = steps === 'draft';
const base = isDraft ? 'assets/base.safetensors' : 'test/goldens/tiny-network.pkl';
const machine = await Machine.open({ base, backend: 'cpu', threads: 1 });
const worker = new PeopleWorker({
  queue: new PeopleQueue(url),
  store: new FolderStore(folder),
  steps: machineSteps(
    machine,
    isDraft ? { size: 128, stateEvery: 60 } : { size: 32, stateEvery: 1, steps: JSON.parse(steps) },
  ),
  silence: 1000 * Number(silence),
  onLine: (line) => console.error(line),
});
console.error('working');
process.once('SIGTERM', async () => {
  await worker.stop();
  process.exit(0);
});
