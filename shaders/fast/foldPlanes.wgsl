// The decoder's first layer applied to every texel, the mean over the planes folded in:
//   folded[p][y][x].h = W1[h] texel / 3
// Buffers: planes (see include/triplane); decoder (see include/decoder); folded vec4f [3][H][W][HIDDEN4].
// Threads: x a texel, y a vec4 of hidden units, z a plane. Twin: foldPlanes in runtime/render/fast/foldedPlanes.ts.
#include <include/params>
#include <include/softplus>
#include <include/decoder>
#include <include/planeFloat>

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(4) var<storage, read> planes: array<PlaneTexel>;
@group(0) @binding(5) var<storage, read> decoder: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> folded: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let texels = params.planeWidth * params.planeHeight;
  if (id.x >= texels) {
    return;
  }
  let texel = id.z * texels + id.x;
  var sum = vec4f(0.0);
  for (var k = 0u; k < 4u; k++) {
    let unit = 4u * id.y + k;
    if (unit >= HIDDEN) {
      break;
    }
    for (var c = 0u; c < CHANNELS4; c++) {
      sum[k] += dot(decoder[unit * DECODER_ROW + c], fromTexel(planes[texel * CHANNELS4 + c]));
    }
  }
  folded[texel * HIDDEN4 + id.y] = sum / 3.0;
}
