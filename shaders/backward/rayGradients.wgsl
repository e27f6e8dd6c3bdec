// Sums dL/dpoint over a ray: dL/dorigin = sum of dL/dpoint, dL/ddirection = sum of depth dL/dpoint.
// Buffers: rays; extent; samples; tracks (point); rayGradients vec4f [R][2]: by origin, by direction.
// Threads: one per ray of the tile. Source: point = origin + depth direction.
// Twin: runtime/render/backward/rayMarchBackward.ts.
#include <include/params>
#include <include/extent>
#include <include/hash>
#include <include/depths>
#include <include/tracks>

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(1) var<storage, read> rays: array<Ray>;
@group(0) @binding(2) var<storage, read_write> extent: Extent;
@group(0) @binding(5) var<storage, read_write> samples: array<f32>;
@group(0) @binding(8) var<storage, read_write> tracks: array<f32>;
@group(0) @binding(11) var<storage, read_write> rayGradients: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tileCount) {
    return;
  }
  let index = params.tileFirst + id.x;
  let bounds = rayBounds(rays[index]);
  var byOrigin = vec3f(0.0);
  var byDirection = vec3f(0.0);
  for (var sample = 0u; sample < SAMPLES; sample++) {
    let byPoint = vec3f(
      tracks[trackAt(TRACK_POINT, sample, id.x)],
      tracks[trackAt(TRACK_POINT + SAMPLES, sample, id.x)],
      tracks[trackAt(TRACK_POINT + 2u * SAMPLES, sample, id.x)],
    );
    byOrigin += byPoint;
    byDirection += depthOf(bounds, index, sample, id.x) * byPoint;
  }
  rayGradients[2u * index] = vec4f(byOrigin, 0.0);
  rayGradients[2u * index + 1u] = vec4f(byDirection, 0.0);
}
