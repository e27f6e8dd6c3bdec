// First of the backward pass: every sample's colours against the gradient of its ray's features,
//   dot = sum over c of 2 dL/dfeature_c colour_c,
// which is what an interval's weight feels of them. Recomputes instead of storing 32 colours a sample.
// Buffers: rays; extent; planes; decoder; samples (see render/density); tracks (see include/tracks);
//   viewGradients f32 [COLORS + 2, R]: by features, depth, alpha.
// Threads: x a ray of the tile, y a sample. Source: the chain rule over render/march.
// Twin: runtime/render/backward/rayMarchBackward.ts.
#include <include/params>
#include <include/extent>
#include <include/hash>
#include <include/depths>
#include <include/triplane>
#include <include/softplus>
#include <include/decoder>
#include <include/tracks>

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(1) var<storage, read> rays: array<Ray>;
@group(0) @binding(2) var<storage, read_write> extent: Extent;
@group(0) @binding(3) var<storage, read> planes: array<PlaneTexel>;
@group(0) @binding(4) var<storage, read> decoder: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> samples: array<f32>;
@group(0) @binding(8) var<storage, read_write> tracks: array<f32>;
@group(0) @binding(9) var<storage, read> viewGradients: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tileCount) {
    return;
  }
  let index = params.tileFirst + id.x;
  let ray = rays[index];
  let depth = depthOf(rayBounds(ray), index, id.y, id.x);
  var features = sampleTriplane(ray.origin + depth * ray.direction);
  let colors = decodeColors(&features);
  var sum = 0.0;
  for (var c = 0u; c < COLORS; c++) {
    sum += 2.0 * viewGradients[c * params.rayCount + index] * colors[c / 4u][c % 4u];
  }
  tracks[trackAt(TRACK_DOT, id.y, id.x)] = sum;
}
