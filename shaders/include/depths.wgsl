// Stratified depths of the coarse pass. Twin: runtime/render/depths.ts.
// Needs params, extent, hash; `extent` and `params` are bound by the kernel.

// Bounds of a ray: its own, or, where it missed the box, first and last entry of the rays that hit; where none hit,
// 1 and 1, in which nothing is seen.
fn rayBounds(ray: Ray) -> vec2f {
  if (ray.end > ray.start || (params.flags & FLAG_AUTO_BOUNDS) == 0u) {
    return vec2f(ray.start, ray.end);
  }
  let first = atomicLoad(&extent.boxFirst);
  let last = atomicLoad(&extent.boxLast);
  if (first > last) {
    return vec2f(1.0);
  }
  return vec2f(orderedValue(first), orderedValue(last));
}

// start + (i + jitter) (end - start) / (D - 1), or the same in 1 / t.
fn coarseDepth(bounds: vec2f, ray: u32, sample: u32) -> f32 {
  var jitter = 0.5;
  if ((params.flags & FLAG_HASHED) != 0u) {
    jitter = hashUniform(params.jitterKey, ray * DEPTHS + sample);
  }
  let s = (f32(sample) + jitter) / f32(DEPTHS - 1u);
  if ((params.flags & FLAG_DISPARITY) != 0u) {
    return 1.0 / ((1.0 - s) / bounds.x + s / bounds.y);
  }
  return bounds.x + s * (bounds.y - bounds.x);
}
