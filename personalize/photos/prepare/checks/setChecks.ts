/** What the kept photos are as a set. */
export interface KeptView {
  /** Degrees. */
  readonly yaw: number;
  readonly pitch: number;
}

const few = 10;
const good = 25;
const side = 20;
const sideways = 8;

/**
 * Warnings about a set as a whole, each one sentence with its remedy.
 * @param views of the photos that were kept
 * @param given how many photos there were
 */
export function checkSet(views: readonly KeptView[], given: number): string[] {
  const count = views.length;
  const photos = (n: number): string => (n === 1 ? '1 photo' : `${n} photos`);
  if (count === 0)
    return [`None of ${photos(given)} can be used. See the reasons, and docs/photos.md for how to take good ones.`];
  const warnings: string[] = [];
  if (count < few) {
    warnings.push(
      `Only ${photos(count)} can be used; a head needs at least ${few}, better ${good} or more. Take more.`,
    );
  } else if (count < good) {
    warnings.push(`${photos(count)} can be used; ${good} or more make a better head.`);
  }
  const left = Math.max(...views.map(({ yaw }) => yaw));
  const right = Math.min(...views.map(({ yaw }) => yaw));
  const missing = [...(left < side ? ['left'] : []), ...(right > -side ? ['right'] : [])];
  if (missing.length === 2) {
    const all =
      Math.max(left, -right) <= sideways ? 'All photos look straight ahead' : `No photo is turned more than ${side}°`;
    warnings.push(`${all}: the sides of the head will be guessed. Take more from both sides.`);
  } else if (missing.length === 1) {
    warnings.push(`No photo shows the person’s ${missing[0]} side (more than ${side}°). Take some from there.`);
  }
  if (given >= 8 && count < given / 2) {
    warnings.push(`Only ${count} of ${given} photos can be used. See the reasons.`);
  }
  return warnings;
}
