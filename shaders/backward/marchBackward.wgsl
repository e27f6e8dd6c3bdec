// Back through the compositing of one ray, nearest interval last:
//   g_i = dL/dw_i,  dL/dalpha_i = g_i T_i - sum over k > i of g_k w_k / (1 - alpha_i + 1e-10),
//   dL/dsigma = dL/dalpha (t_i+1 - t_i) (1 - alpha_i) sigmoid(sigma - 1) / 2 to each end.
// Sample depths are constants, the importance ones too, as in the original.
// Buffers: rays; extent; samples; tracks: reads dots, writes sigma and share; viewGradients (see backward/colorDots).
// Threads: one per ray of the tile. Twin: runtime/render/backward/marchBackward.ts.
#include <include/params>
#include <include/extent>
#include <include/hash>
#include <include/depths>
#include <include/softplus>
#include <include/march>
#include <include/tracks>

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(1) var<storage, read> rays: array<Ray>;
@group(0) @binding(2) var<storage, read_write> extent: Extent;
@group(0) @binding(5) var<storage, read_write> samples: array<f32>;
@group(0) @binding(8) var<storage, read_write> tracks: array<f32>;
@group(0) @binding(9) var<storage, read> viewGradients: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tileCount) {
    return;
  }
  let column = id.x;
  let index = params.tileFirst + column;
  let bounds = rayBounds(rays[index]);

  // Forward again: the order of the samples, and each interval's alpha and transmittance in front.
  var order: array<u32, SAMPLES>;
  var alphas: array<f32, SAMPLES>;
  var through: array<f32, SAMPLES>;
  var coarse = 0u;
  var fine = 0u;
  var transmittance = 1.0;
  var total = 0.0;
  var moment = 0.0;
  var depth0 = 0.0;
  var sigma0 = 0.0;
  for (var i = 0u; i < SAMPLES; i++) {
    var sample = DEPTHS + fine;
    if (coarse < DEPTHS) {
      if (fine >= FINE || depthOf(bounds, index, coarse, column) <= depthOf(bounds, index, DEPTHS + fine, column)) {
        sample = coarse;
      }
    }
    if (sample < DEPTHS) {
      coarse++;
    } else {
      fine++;
    }
    order[i] = sample;
    let depth1 = depthOf(bounds, index, sample, column);
    let sigma1 = sigmaOf(sample, column);
    if (i > 0u) {
      let alpha = intervalAlpha(depth0, sigma0, depth1, sigma1);
      alphas[i - 1u] = alpha;
      through[i - 1u] = transmittance;
      total += alpha * transmittance;
      moment += alpha * transmittance * (depth0 + depth1) * 0.5;
      transmittance = passInterval(transmittance, alpha);
    }
    depth0 = depth1;
    sigma0 = sigma1;
  }

  let byDepth = viewGradients[COLORS * params.rayCount + index];
  var flat = viewGradients[(COLORS + 1u) * params.rayCount + index]; // what every weight feels alike
  if ((params.flags & FLAG_WHITE) != 0u) {
    for (var c = 0u; c < COLORS; c++) {
      flat -= 2.0 * viewGradients[c * params.rayCount + index];
    }
  }
  let mean = select(0.0, moment / total, total > 0.0);

  var behind = 0.0; // sum over later intervals of g w
  var bySigmaBehind = 0.0; // to the far end's sample, from the interval behind it
  var weightBehind = 0.0;
  for (var k = SAMPLES - 1u; k > 0u; k--) {
    let i = k - 1u;
    let far = order[k];
    let near = order[i];
    let farDepth = depthOf(bounds, index, far, column);
    let nearDepth = depthOf(bounds, index, near, column);
    let weight = alphas[i] * through[i];
    var g = flat + (tracks[trackAt(TRACK_DOT, near, column)] + tracks[trackAt(TRACK_DOT, far, column)]) * 0.5;
    if (total > 0.0) {
      g += byDepth * ((nearDepth + farDepth) * 0.5 - mean) / total;
    }
    let clear = 1.0 - alphas[i];
    let middle = (sigmaOf(near, column) + sigmaOf(far, column)) * 0.5 - 1.0;
    let byAlpha = g * through[i] - behind / (clear + 1e-10);
    let bySigma = byAlpha * (farDepth - nearDepth) * clear * 0.5 / (1.0 + exp(-middle));
    tracks[trackAt(TRACK_SIGMA, far, column)] = bySigmaBehind + bySigma;
    tracks[trackAt(TRACK_SHARE, far, column)] = (weightBehind + weight) * 0.5;
    behind += g * weight;
    bySigmaBehind = bySigma;
    weightBehind = weight;
  }
  tracks[trackAt(TRACK_SIGMA, order[0], column)] = bySigmaBehind;
  tracks[trackAt(TRACK_SHARE, order[0], column)] = weightBehind * 0.5;
}
