// A share of the way from the planes that are shown to those that come, in place:
//   shown[i] = (1 - amount) shown[i] + amount coming[i]; an amount of 1 copies.
// Buffers: coming and shown PlaneTexel [texels], as packPlanes leaves them.
// Threads: one per vec4f. Twin: mixPlanes in test/render/twins.ts.
#include <include/planeFloat>

struct MixParams {
  texels: u32, // PlaneTexels in a buffer
  unused: u32,
  amount: f32, // 0 .. 1
}

@group(0) @binding(0) var<uniform> params: MixParams;
@group(0) @binding(1) var<storage, read> coming: array<PlaneTexel>;
@group(0) @binding(2) var<storage, read_write> shown: array<PlaneTexel>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.z * groups.x * 64u;
  if (i >= params.texels) {
    return;
  }
  shown[i] = toTexel((1.0 - params.amount) * fromTexel(shown[i]) + params.amount * fromTexel(coming[i]));
}
