// Merges a ray's coarse and fine samples by depth and composites them:
//   w_i = alpha_i prod_j<i (1 - alpha_j + 1e-10);  features = 2 sum_i w_i (c_i + c_i+1) / 2 - 1  (+ 2 (1 - sum w) on white)
// regrouped by sample, c_j (w_j-1 + w_j) / 2, so that colours are decoded only where they count.
// Buffers: rays [R]; planes; decoder; extent; samples (see render/density);
//   features f32 [COLORS, R]; surface vec2f [R]: depth (world units; EMPTY where nothing was hit) and alpha = sum w.
// Threads: one per ray of the tile. Source: EG3D's mid-point marcher. Twin: runtime/render/cpuRenderer.ts.
#include <include/params>
#include <include/extent>
#include <include/hash>
#include <include/depths>
#include <include/triplane>
#include <include/softplus>
#include <include/decoder>
#include <include/march>

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(1) var<storage, read> rays: array<Ray>;
@group(0) @binding(2) var<storage, read_write> extent: Extent;
@group(0) @binding(3) var<storage, read> planes: array<PlaneTexel>;
@group(0) @binding(4) var<storage, read> decoder: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> samples: array<f32>;
@group(0) @binding(6) var<storage, read_write> features: array<f32>;
@group(0) @binding(7) var<storage, read_write> surface: array<vec2f>;

const EMPTY: f32 = 3.0e38;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tileCount) {
    return;
  }
  let index = params.tileFirst + id.x;
  let ray = rays[index];
  let bounds = rayBounds(ray);
  var color: array<vec4f, COLORS4>;
  var total = 0.0;
  var moment = 0.0;
  var transmittance = 1.0;
  var weightBefore = 0.0; // of the interval in front of the sample in hand
  var depth0 = 0.0;
  var sigma0 = 0.0;
  var coarse = 0u;
  var fine = 0u;
  var first = 0.0;
  for (var i = 0u; i <= DEPTHS + FINE; i++) {
    // The next sample of the two sorted lists; a coarse one first where they tie. One turn more closes the last one.
    var depth1 = depth0;
    var sigma1 = sigma0;
    var weight = 0.0;
    if (i < DEPTHS + FINE) {
      let coarseDepthNext = select(EMPTY, coarseDepth(bounds, index, min(coarse, DEPTHS - 1u)), coarse < DEPTHS);
      var fineDepthNext = EMPTY;
      if (fine < FINE) {
        fineDepthNext = samples[(DEPTHS + fine) * params.tileStride + id.x];
      }
      if (coarse < DEPTHS && (fine >= FINE || coarseDepthNext <= fineDepthNext)) {
        depth1 = coarseDepthNext;
        sigma1 = samples[coarse * params.tileStride + id.x];
        coarse++;
      } else {
        depth1 = fineDepthNext;
        sigma1 = samples[(DEPTHS + FINE + fine) * params.tileStride + id.x];
        fine++;
      }
      if (i > 0u) {
        let alpha = intervalAlpha(depth0, sigma0, depth1, sigma1);
        weight = alpha * transmittance;
        transmittance = passInterval(transmittance, alpha);
        total += weight;
        moment += weight * (depth0 + depth1) * 0.5;
      } else {
        first = depth1;
      }
    }
    let share = (weightBefore + weight) * 0.5;
    if (i > 0u && share > params.minWeight) {
      var texel = sampleTriplane(ray.origin + depth0 * ray.direction);
      let colors = decodeColors(&texel);
      for (var c = 0u; c < COLORS4; c++) {
        color[c] += share * colors[c];
      }
    }
    weightBefore = weight;
    depth0 = depth1;
    sigma0 = sigma1;
  }
  atomicMin(&extent.nearest, orderedKey(first));
  atomicMax(&extent.farthest, orderedKey(depth0));

  let background = select(0.0, 1.0 - total, (params.flags & FLAG_WHITE) != 0u);
  var finite = isFinite(total);
  for (var c = 0u; c < COLORS; c++) {
    let value = 2.0 * (color[c / 4u][c % 4u] + background) - 1.0;
    finite = finite && isFinite(value);
    features[c * params.rayCount + index] = value;
  }
  if (!finite) {
    atomicAdd(&extent.notFinite, 1u);
  }
  surface[index] = vec2f(select(moment / total, EMPTY, total == 0.0), total);
}
