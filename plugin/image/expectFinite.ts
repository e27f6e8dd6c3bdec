import { frontalCamera } from '../../runtime/camera/lookAt.js';
import { NumericError } from '../../runtime/core/errors.js';
import type { Output } from '../../runtime/execution/execution.js';
import type { FacePlanes } from './graphics.js';
import type { HeadModel } from './headModel.js';

const side = 16;

/**
 * Looks at a head's first planes once, from the front and small, before anybody sees them. A base that is not sound would
 * draw nothing, and nobody could tell why.
 * @param data the same planes where they are on the CPU, as on WebGL 2, which cannot count rays
 * @throws NumericError `render/nan` that names the base
 */
export async function expectFinite(
  { renderer, base, person }: HeadModel,
  planes: FacePlanes,
  data: Output['data'],
): Promise<void> {
  const found = renderer ? await badRays(renderer, base.config.camera, planes) : badNumbers(data);
  if (found === null) return;
  throw new NumericError(
    'render/nan',
    `base ${base.hash}${person ? ' with this person' : ''}: expected finite numbers, got ${found} that are NaN or ` +
      'infinite. Its weights, the latent or the person are damaged: fetch the files again, or check the checkpoint they came from.',
  );
}

async function badRays(
  renderer: NonNullable<HeadModel['renderer']>,
  camera: Parameters<typeof frontalCamera>[0],
  planes: FacePlanes,
): Promise<string | null> {
  renderer.render(frontalCamera(camera), side, undefined, planes);
  const count = await renderer.notFinite();
  return count > 0 ? `${count} of ${side * side} rays` : null;
}

function badNumbers(data: Output['data']): string | null {
  if (!data) return null;
  let bad = 0;
  // A million and a half: a plain loop is several times faster than `reduce`.
  for (const value of data) if (!Number.isFinite(value)) bad++;
  return bad > 0 ? `${bad} of ${data.length} numbers` : null;
}
