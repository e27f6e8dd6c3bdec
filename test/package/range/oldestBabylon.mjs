// `node --import` this: the oldest Babylon that package.json allows stands in the place of the newest that is installed.
import { register } from 'node:module';

register('./resolveOldest.mjs', import.meta.url);
