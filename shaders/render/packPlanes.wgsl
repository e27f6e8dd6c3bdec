// Planes as the network writes them -> texels that hold all their channels side by side.
//   packed[((p H + y) W + x) CHANNELS4 + q].k = output[(p C + 4 q + k) H W + y W + x], 0 beyond the last channel
// Buffers: output f32 [3 C, H, W]; packed PlaneTexel [3][H][W][CHANNELS4].
// Threads: one per (texel, q, p). Twin: packPlanes in test/render/twins.ts.
#include <include/planeFloat>

struct PackParams {
  texels: u32, // H W
  channels: u32, // C
}

@group(0) @binding(0) var<uniform> params: PackParams;
@group(0) @binding(1) var<storage, read> networkOutput: array<f32>;
@group(0) @binding(2) var<storage, read_write> packed: array<PlaneTexel>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let texel = id.x + id.z * groups.x * 64u;
  if (texel >= params.texels) {
    return;
  }
  let q = id.y % CHANNELS4;
  let plane = id.y / CHANNELS4;
  var value = vec4f(0.0);
  for (var k = 0u; k < 4u; k++) {
    let channel = 4u * q + k;
    if (channel < params.channels) {
      value[k] = networkOutput[(plane * params.channels + channel) * params.texels + texel];
    }
  }
  packed[(plane * params.texels + texel) * CHANNELS4 + q] = toTexel(value);
}
