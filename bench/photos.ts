// Raw photos: ms a photo for each step, one thread.
import { mkdirSync, writeFileSync } from 'node:fs';
import { measurePhotoSteps } from './photosBench.js';

const root = new URL('../../', import.meta.url);
const file = (path: string): string => new URL(path, root).pathname;

const steps = await measurePhotoSteps(file('test/personalize/photos/faces/face.jpg'), file('assets/faces.safetensors'));
console.log('\nraw photos of 1600 x 1280, one thread\nstep          best ms   median ms');
for (const [name, { best, median }] of Object.entries(steps)) {
  console.log(name.padEnd(13), best.toFixed(1).padStart(7), median.toFixed(1).padStart(11));
}
const peakMiB = process.resourceUsage().maxRSS / 1024;
console.log(`peak memory of this process: ${peakMiB.toFixed(0)} MiB`);
mkdirSync(file('artifacts'), { recursive: true });
writeFileSync(file('artifacts/bench-photos.json'), JSON.stringify({ ...steps, peakMiB }, null, 2));
