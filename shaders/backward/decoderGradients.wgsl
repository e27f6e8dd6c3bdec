// Gradients of the decoder, summed over the samples of a tile; for training all weights, so it runs only when asked for.
//   dW1[h, c] = sum of dpre_h feature_c,  db1[h] = sum of dpre_h,  dW2[o, h] = sum of dout_o hidden_h,  db2[o] = sum of dout_o
// Buffers: rays; extent; planes; decoder; samples; tracks (sigma, share); viewGradients; decoderGradients f32 by atomics,
//   HIDDEN rows of [W1: 4 CHANNELS4][b1][W2[0]][W2[1..]: COLORS], then [b2: 1 + COLORS]; zeroed by the caller.
// Threads: a workgroup is 32 rays at one sample; its sums go out once. Shared memory: 32 (4 CHANNELS4 + COLORS + 3) floats.
// Source: the chain rule over include/decoder. Twin: runtime/render/backward/decodeBackward.ts.
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
@group(0) @binding(12) var<storage, read_write> decoderGradients: array<atomic<u32>>;

const GROUP: u32 = 32u;
const INPUTS: u32 = 4u * CHANNELS4;
const GRADIENT_ROW: u32 = INPUTS + 2u + COLORS;

var<workgroup> inputs: array<f32, GROUP * INPUTS>;
var<workgroup> outputs: array<f32, GROUP * (1u + COLORS)>;
var<workgroup> byHidden: array<f32, GROUP>;
var<workgroup> hidden: array<f32, GROUP>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32) {
  // No early return: every thread must come to the barriers.
  let inTile = id.x < params.tileCount;
  let column = min(id.x, params.tileCount - 1u);
  let index = params.tileFirst + column;
  let ray = rays[index];
  let depth = depthOf(rayBounds(ray), index, id.y, column);
  let here = select(0.0, 1.0, inTile);
  let bySigma = here * tracks[trackAt(TRACK_SIGMA, id.y, column)];
  let share = here * tracks[trackAt(TRACK_SHARE, id.y, column)];
  var features = sampleTriplane(ray.origin + depth * ray.direction);
  var logits = colorLogitGradients(decodeColors(&features), share, index);
  for (var c = 0u; c < INPUTS; c++) {
    inputs[local * INPUTS + c] = features[c / 4u][c % 4u];
  }
  outputs[local * (1u + COLORS)] = bySigma;
  for (var c = 0u; c < COLORS; c++) {
    outputs[local * (1u + COLORS) + 1u + c] = logits[c / 4u][c % 4u];
  }

  for (var h = 0u; h < HIDDEN; h++) {
    let row = h * DECODER_ROW;
    byHidden[local] = hiddenGradient(&features, &logits, bySigma, row);
    hidden[local] = hiddenUnit(&features, row);
    workgroupBarrier();
    for (var k = local; k < GRADIENT_ROW; k += GROUP) {
      var sum = 0.0;
      for (var p = 0u; p < GROUP; p++) {
        if (k < INPUTS) {
          sum += byHidden[p] * inputs[p * INPUTS + k];
        } else if (k == INPUTS) {
          sum += byHidden[p];
        } else {
          sum += hidden[p] * outputs[p * (1u + COLORS) + k - INPUTS - 1u];
        }
      }
      atomicAddFloat(&decoderGradients[h * GRADIENT_ROW + k], sum);
    }
    workgroupBarrier();
  }
  for (var k = local; k < 1u + COLORS; k += GROUP) {
    var sum = 0.0;
    for (var p = 0u; p < GROUP; p++) {
      sum += outputs[p * (1u + COLORS) + k];
    }
    atomicAddFloat(&decoderGradients[HIDDEN * GRADIENT_ROW + k], sum);
  }
}
