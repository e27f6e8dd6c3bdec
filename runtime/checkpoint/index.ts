export type { Base } from './base.js';
export { baseHash } from './baseHash.js';
export { blobSource, bytesSource, type ByteSource } from './byteSource.js';
export * from './config.js';
export { parseConfig } from './configJson.js';
export type { ProgressOptions, ReadBaseOptions } from './options.js';
export { encodePerson, readPerson, type LoraConvention, type PersonFile } from './person.js';
export { readBase } from './readBase.js';
export { validateBase } from './validateBase.js';
