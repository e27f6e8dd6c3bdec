// Draws FINE depths of a ray where its DEPTHS coarse densities found matter, increasing:
//   weights of the D - 1 intervals -> max with, then mean of, neighbours, + 0.01 -> ends dropped, + 1e-5 -> cumulative sum
//   over the D - 3 inner ones -> inverted at u, linearly between the midpoints of the coarse depths.
// Buffers: rays [R]; extent; samples (see render/density).
// Threads: one per ray of the tile. Source: NeRF 5.2 with Mip-NeRF's blur. Twin: runtime/render/importance.ts.
#include <include/params>
#include <include/extent>
#include <include/hash>
#include <include/depths>
#include <include/softplus>
#include <include/march>

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(1) var<storage, read> rays: array<Ray>;
@group(0) @binding(2) var<storage, read_write> extent: Extent;
@group(0) @binding(5) var<storage, read_write> samples: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tileCount) {
    return;
  }
  let index = params.tileFirst + id.x;
  let bounds = rayBounds(rays[index]);
  const INTERVALS = DEPTHS - 1u;
  const BINS = DEPTHS - 3u;

  var weights: array<f32, INTERVALS>;
  var transmittance = 1.0;
  var depth0 = coarseDepth(bounds, index, 0u);
  var sigma0 = samples[id.x];
  for (var i = 0u; i < INTERVALS; i++) {
    let depth1 = coarseDepth(bounds, index, i + 1u);
    let sigma1 = samples[(i + 1u) * params.tileStride + id.x];
    let alpha = intervalAlpha(depth0, sigma0, depth1, sigma1);
    weights[i] = alpha * transmittance;
    transmittance = passInterval(transmittance, alpha);
    depth0 = depth1;
    sigma0 = sigma1;
  }

  // In place: weights[i] becomes the cumulative sum up to bin i, i = 0 .. BINS.
  var previous = weights[0];
  var current = weights[1];
  var total = 0.0;
  weights[0] = 0.0;
  for (var i = 1u; i <= BINS; i++) {
    let next = weights[i + 1u];
    total += (max(previous, current) + max(current, next)) * 0.5 + 0.01 + 1e-5;
    weights[i] = total;
    previous = current;
    current = next;
  }

  for (var n = 0u; n < FINE; n++) {
    var u = 0.0;
    if ((params.flags & FLAG_HASHED) != 0u) {
      u = hashUniform(params.importanceKey, index * FINE + n);
    } else if (FINE > 1u) {
      u = f32(n) / f32(FINE - 1u);
    }
    var above = 0u;
    while (above <= BINS && weights[above] / total <= u) {
      above++;
    }
    let low = max(above, 1u) - 1u;
    let high = min(above, BINS);
    let cdf = weights[low] / total;
    var width = weights[high] / total - cdf;
    if (width < 1e-5) {
      width = 1.0;
    }
    let midLow = (coarseDepth(bounds, index, low) + coarseDepth(bounds, index, low + 1u)) * 0.5;
    let midHigh = (coarseDepth(bounds, index, high) + coarseDepth(bounds, index, high + 1u)) * 0.5;
    let depth = midLow + (u - cdf) / width * (midHigh - midLow);
    // Insertion keeps the depths increasing; even draws arrive in order and never move.
    var slot = n;
    while (slot > 0u) {
      let before = samples[(DEPTHS + slot - 1u) * params.tileStride + id.x];
      if (before <= depth) {
        break;
      }
      samples[(DEPTHS + slot) * params.tileStride + id.x] = before;
      slot--;
    }
    samples[(DEPTHS + slot) * params.tileStride + id.x] = depth;
  }
}
