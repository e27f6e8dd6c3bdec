// Gradients of texels -> gradients of the network's planes: the adjoint of render/packPlanes.
//   gradient[(p C + c) H W + i] = planeGradients[((p H W + i) CHANNELS4) 4 + c]
// Buffers: planeGradients f32 [3][H][W][4 CHANNELS4]; planesOut f32 [3 C, H, W].
// Threads: x a texel, y a channel of a plane. Twin: unpackTexels in runtime/render/triplane.ts.
struct PackParams {
  texels: u32, // H W
  channels: u32, // C
}

@group(0) @binding(0) var<uniform> params: PackParams;
@group(0) @binding(1) var<storage, read> planeGradients: array<f32>;
@group(0) @binding(2) var<storage, read_write> planesOut: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let texel = id.x + id.z * groups.x * 64u;
  if (texel >= params.texels) {
    return;
  }
  let channel = id.y % params.channels;
  let plane = id.y / params.channels;
  planesOut[id.y * params.texels + texel] = planeGradients[(plane * params.texels + texel) * CHANNELS4 * 4u + channel];
}
