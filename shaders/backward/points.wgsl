// Back from every sample to the planes and to its point: decoder, then the bilinear lookup,
//   dL/dtexel += weight dL/dfeatures / 3,  dL/dpoint = sum over planes of dL/dgrid d(grid)/d(point).
// Buffers: rays; extent; planes; decoder; samples; tracks: reads sigma and share, writes point; viewGradients;
//   planeGradients f32 by atomics, [3][H][W][4 CHANNELS4], zeroed by the caller.
// Threads: x a ray of the tile, y a sample. Source: the chain rule over include/triplane and include/decoder.
// Twin: runtime/render/backward/triplaneBackward.ts.
#include <include/params>
#include <include/extent>
#include <include/hash>
#include <include/depths>
#include <include/triplane>
#include <include/softplus>
#include <include/decoder>
#include <include/tracks>
#include <include/decoderBackward>
#include <include/atomicAdd>

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(1) var<storage, read> rays: array<Ray>;
@group(0) @binding(2) var<storage, read_write> extent: Extent;
@group(0) @binding(3) var<storage, read> planes: array<PlaneTexel>;
@group(0) @binding(4) var<storage, read> decoder: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> samples: array<f32>;
@group(0) @binding(8) var<storage, read_write> tracks: array<f32>;
@group(0) @binding(9) var<storage, read> viewGradients: array<f32>;
@group(0) @binding(10) var<storage, read_write> planeGradients: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tileCount) {
    return;
  }
  let index = params.tileFirst + id.x;
  let ray = rays[index];
  let depth = depthOf(rayBounds(ray), index, id.y, id.x);
  let point = ray.origin + depth * ray.direction;
  let bySigma = tracks[trackAt(TRACK_SIGMA, id.y, id.x)];
  let share = tracks[trackAt(TRACK_SHARE, id.y, id.x)];
  var byPoint = vec3f(0.0);
  if (bySigma != 0.0 || share != 0.0) {
    var features = sampleTriplane(point);
    var logits = colorLogitGradients(decodeColors(&features), share, index);
    var byFeatures: array<vec4f, CHANNELS4>;
    for (var h = 0u; h < HIDDEN; h++) {
      let row = h * DECODER_ROW;
      let gradient = hiddenGradient(&features, &logits, bySigma, row);
      for (var c = 0u; c < CHANNELS4; c++) {
        byFeatures[c] += gradient * decoder[row + c];
      }
    }
    byPoint = scatter(point, &byFeatures);
  }
  for (var axis = 0u; axis < 3u; axis++) {
    tracks[trackAt(TRACK_POINT + axis * SAMPLES, id.y, id.x)] = byPoint[axis];
  }
}

// Adds to the texels around a point; returns dL/dpoint.
fn scatter(point: vec3f, byFeatures: ptr<function, array<vec4f, CHANNELS4>>) -> vec3f {
  var byPoint = vec3f(0.0);
  let size = vec2f(f32(params.planeWidth), f32(params.planeHeight));
  for (var plane = 0u; plane < 3u; plane++) {
    let across = params.planeRows[2u * plane].xyz;
    let down = params.planeRows[2u * plane + 1u].xyz;
    let place = vec2f(dot(across, point), dot(down, point));
    let grid = clamp(((place + 1.0) * size - 1.0) * 0.5, vec2f(-2.0), size + 1.0);
    let corner = floor(grid);
    var byGrid = vec2f(0.0);
    for (var tap = 0u; tap < 4u; tap++) {
      let step = vec2f(f32(tap & 1u), f32(tap >> 1u));
      let texel = corner + step;
      if (any(texel < vec2f(0.0)) || any(texel >= size)) {
        continue;
      }
      let near = 1.0 - abs(grid - texel);
      let weight = near.x * near.y / 3.0;
      let first = ((plane * params.planeHeight + u32(texel.y)) * params.planeWidth + u32(texel.x)) * CHANNELS4;
      var value = 0.0;
      for (var c = 0u; c < CHANNELS4; c++) {
        let gradient = (*byFeatures)[c];
        value += dot(gradient, fromTexel(planes[first + c]));
        for (var k = 0u; k < 4u; k++) {
          atomicAddFloat(&planeGradients[(first + c) * 4u + k], weight * gradient[k]);
        }
      }
      byGrid += (2.0 * step - 1.0) * near.yx * value / 3.0;
    }
    byPoint += (byGrid.x * size.x * across + byGrid.y * size.y * down) * 0.5;
  }
  return byPoint;
}
