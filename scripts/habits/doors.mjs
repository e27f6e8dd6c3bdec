// The package's doors that have declarations of their own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Doors with their declarations, relative to the project; `.` and `./umd` export what `./pure` does, and `./command` is for our own command. */
export const doors = () =>
  Object.entries(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports)
    .filter(([door, target]) => typeof target === 'object' && !/\*|umd|command|^\.$/.test(door))
    .map(([door, { types }]) => ({ name: door.slice(2), types }));
