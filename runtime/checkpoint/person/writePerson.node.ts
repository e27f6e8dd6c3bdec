import { writeFileAtomically } from '../atomicFile.node.js';
import { encodePerson, type PersonFile } from './person.js';

/**
 * Writes a `.head` file; it appears whole or not at all.
 * @throws AssetError `asset/write`, or what `encodePerson` throws
 */
export async function writePerson(path: string, person: PersonFile): Promise<void> {
  await writeFileAtomically(path, encodePerson(person));
}
