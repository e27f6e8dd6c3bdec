import { InvalidArgumentError, Option } from 'commander';
import { keptExpressions } from 'babylon-personalized-head/command';
import { AssetError } from 'babylon-personalized-head/runtime';

function weight(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('Expected a number of at least 0.');
  }
  return value;
}

/** `--lpips`, which may be given twice: network and heads. */
export function lpipsOption(description: string): Option {
  return new Option('--lpips <file>', description)
    .default([], 'none')
    .argParser((file: string, before: readonly string[]) => [...before, file]);
}

/** @param alone of LPIPS in the loss where only `--lpips` is given */
export function lpipsWeightOption(alone: number, description: string): Option {
  return new Option('--lpips-weight <number>', `${description} (default: ${alone})`).argParser(weight);
}

export const identityOption = (): Option =>
  new Option('--identity <weight>', 'weight of identity between the anchors, seen from the sides; 0: left out')
    .argParser(weight)
    .default(0);

export const expressionsOption = (): Option =>
  new Option('--expressions <weight>', 'weight of keeping the base’s expressions while learning; 0: left out')
    .argParser(weight)
    .default(keptExpressions);

/** A weight for a network that there is not. */
export const noLpips = (): AssetError =>
  new AssetError('lpips/network', '--lpips-weight: expected --lpips with a network, got none. Name its file.');
