// Density (before its activation) of every sample of a tile of rays: the coarse ones, or with FINE_PASS the fine ones.
// Buffers: rays [R]; planes (see include/triplane); decoder (see include/decoder); extent;
//   samples f32, tileStride apart: DEPTHS coarse densities, FINE fine depths (world units), FINE fine densities.
// Threads: x a ray of the tile, y a sample. Source: EG3D (Chan 2022) 4.1. Twin: runtime/render/cpuRenderer.ts.
#include <include/params>
#include <include/extent>
#include <include/hash>
#include <include/depths>
#include <include/triplane>
#include <include/softplus>
#include <include/decoder>

override FINE_PASS: bool;

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(1) var<storage, read> rays: array<Ray>;
@group(0) @binding(2) var<storage, read_write> extent: Extent;
@group(0) @binding(3) var<storage, read> planes: array<PlaneTexel>;
@group(0) @binding(4) var<storage, read> decoder: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> samples: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tileCount) {
    return;
  }
  let index = params.tileFirst + id.x;
  let ray = rays[index];
  var depth: f32;
  if (FINE_PASS) {
    depth = samples[(DEPTHS + id.y) * params.tileStride + id.x];
  } else {
    depth = coarseDepth(rayBounds(ray), index, id.y);
  }
  var features = sampleTriplane(ray.origin + depth * ray.direction);
  let slot = select(id.y, DEPTHS + FINE + id.y, FINE_PASS);
  samples[slot * params.tileStride + id.x] = decodeDensity(&features);
}
