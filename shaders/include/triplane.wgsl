// Mean over three planes of a bilinear lookup, zero outside, texel centres at (i + 0.5) / size.
// Equals grid_sample(bilinear, zeros, align_corners=false). Twin: runtime/render/triplane.ts.
// Needs params; `planes` is array<PlaneTexel>, [3][H][W][CHANNELS4], written by render/packPlanes.
#include <include/planeFloat>

fn sampleTriplane(point: vec3f) -> array<vec4f, CHANNELS4> {
  var features: array<vec4f, CHANNELS4>;
  let size = vec2f(f32(params.planeWidth), f32(params.planeHeight));
  for (var plane = 0u; plane < 3u; plane++) {
    let place = vec2f(
      dot(params.planeRows[2u * plane].xyz, point),
      dot(params.planeRows[2u * plane + 1u].xyz, point),
    );
    // Far outside every tap is zero anyway; the clamp keeps the conversion to integers defined.
    let grid = clamp(((place + 1.0) * size - 1.0) * 0.5, vec2f(-2.0), size + 1.0);
    let corner = floor(grid);
    for (var tap = 0u; tap < 4u; tap++) {
      let texel = corner + vec2f(f32(tap & 1u), f32(tap >> 1u));
      if (any(texel < vec2f(0.0)) || any(texel >= size)) {
        continue;
      }
      let near = 1.0 - abs(grid - texel);
      let weight = near.x * near.y / 3.0;
      let first = ((plane * params.planeHeight + u32(texel.y)) * params.planeWidth + u32(texel.x)) * CHANNELS4;
      for (var c = 0u; c < CHANNELS4; c++) {
        features[c] += weight * fromTexel(planes[first + c]);
      }
    }
  }
  return features;
}
