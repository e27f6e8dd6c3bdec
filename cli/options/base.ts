import { Argument, Option } from 'commander';
import { packagedAsset } from 'babylon-personalized-head/node';

/** The base that comes with the library. */
export const embeddedBase: string = packagedAsset('base.safetensors');

const embedded = 'the embedded base';

/** `--base`, for commands whose argument is something else. */
export const baseOption = (): Option =>
  new Option('--base <file>', 'base file (.safetensors)').default(embeddedBase, embedded);

/** A first argument that may be left out. */
export const baseArgument = (description = 'base file (.safetensors)'): Argument =>
  new Argument('[base]', description).default(embeddedBase, embedded);
