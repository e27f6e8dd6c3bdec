// Goes along a pixel's ray in steps of a voxel, past empty bricks. Twin: VolumeWalk in runtime/render/fast/volumeWalk.ts.
// Needs params, pixelRay, softplus, include/march, voxels; `distances` array<u32> [BRICKS]³ (fast/distances), `voxels` (fast/bake) and `linear`, its filter.
// DEPTHS coarse samples of the exact march: its samples lie half a stratum behind a ray's bounds.
struct Walk {
  origin: vec3f,
  direction: vec3f,
  start: f32,
  end: f32,
  step: f32,
  index: i32,     // of the next sample; -1: none
  brick: i32,     // the last one that was looked up, and what it holds
  distance: u32,
  // The sample in hand: place, length of the interval before it (world units), density before activation.
  t: f32,
  length: f32,
  sigma: f32,
  color: vec3f,
  fresh: bool,    // what lies before it is empty
  blocked: bool,  // the rest of the ray is inside the head: no sample, but the colour of the last one
}

const FILLED: u32 = 0u;
const SOLID: u32 = 255u;
// A ray that lets less through than this has arrived.
const OPAQUE: f32 = 1.0 / 256.0;

fn beginWalk(index: u32) -> Walk {
  var walk: Walk;
  walk.origin = eyePoint();
  walk.direction = pixelDirection(index);
  walk.step = 2.0 * params.halfBox / f32(4u * BRICKS);
  let cube = crossBox(walk.origin, walk.direction, vec3f(params.halfBox));
  var start = cube.x;
  var end = cube.y;
  if ((params.flags & FLAG_AUTO_BOUNDS) == 0u) {
    start = max(start, params.rayStart);
    end = min(end, params.rayEnd);
  }
  if ((params.flags & FLAG_CROP) != 0u) {
    let crop = crossBox(walk.origin, walk.direction, params.cropHalf);
    start = max(start, crop.x);
    end = min(end, crop.y);
  }
  let shift = (end - start) * 0.5 / f32(DEPTHS - 1u);
  walk.start = start + shift;
  walk.end = end + shift;
  walk.index = select(-1, 0, start < end);
  walk.brick = -1;
  return walk;
}

// Goes to the next sample; false: there is none.
fn nextSample(walk: ptr<function, Walk>) -> bool {
  let before = (*walk).t;
  var fresh = (*walk).index == 0;
  let scale = f32(BRICKS) / (2.0 * params.halfBox);
  let o = (*walk).origin;
  let d = (*walk).direction;
  // No ray has more samples; what is not finite ends here too.
  for (var guard = 0u; guard < 8u * BRICKS; guard++) {
    if ((*walk).index < 0) {
      return false;
    }
    let t = min((*walk).start + f32((*walk).index) * (*walk).step, (*walk).end);
    let point = o + t * d + params.halfBox;
    let place = vec3i(clamp(floor(point * scale), vec3f(0.0), vec3f(f32(BRICKS) - 1.0)));
    let at = (place.z * i32(BRICKS) + place.y) * i32(BRICKS) + place.x;
    if (at != (*walk).brick) {
      (*walk).brick = at;
      (*walk).distance = distances[at];
    }
    let distance = (*walk).distance;
    if (distance == FILLED || distance == SOLID) {
      (*walk).t = t;
      (*walk).fresh = fresh;
      if (distance == SOLID) {
        (*walk).blocked = true;
        (*walk).length = 0.0;
        (*walk).color = select((*walk).color, vec3f(0.0), fresh);
        return true;
      }
      (*walk).length = select(select(t - before, (*walk).step, fresh), 0.0, (*walk).index == 0);
      (*walk).index = select(-1, (*walk).index + 1, t < (*walk).end);
      let voxel = textureSampleLevel(voxels, linear, point / (2.0 * params.halfBox), 0.0);
      (*walk).color = voxel.rgb;
      (*walk).sigma = LEAST_DENSITY + DENSITY_SPAN * voxel.a;
      return true;
    }
    // Out of the cube of empty bricks around this one.
    let reach = i32(distance);
    let wall = vec3f(select(place - reach + 1, place + reach, d > vec3f(0.0))) / scale - params.halfBox;
    let leaves = select((wall - o) / d, vec3f(1e30), d == vec3f(0.0));
    let leave = min(leaves.x, min(leaves.y, leaves.z));
    if (t >= (*walk).end || leave >= (*walk).end) {
      (*walk).index = -1;
    } else {
      (*walk).index = max((*walk).index + 1, i32(ceil((leave - (*walk).start) / (*walk).step)));
    }
    fresh = true;
  }
  return false;
}

// Share of the light that the interval before a sample keeps.
fn walkAlpha(walk: ptr<function, Walk>, sigma: f32) -> f32 {
  let before = select(sigma, LEAST_DENSITY, (*walk).fresh);
  return intervalAlpha(0.0, before, (*walk).length, (*walk).sigma);
}
