// The quad that carries a head's picture, in Babylon's WGSL dialect:
//   point = (uv.x - 1/2) right + (1/2 - uv.y) down  (head space, right-handed), seen by the scene's own camera.
// Its positions are all 0, so that passes with materials of their own (shadows, depth, outlines) draw nothing of it.
// Buffers: none. Threads: one per corner. Twin: quadPoint in plugin/image/headCamera.ts.
attribute position: vec3f;
attribute uv: vec2f;

uniform world: mat4x4f;
uniform viewProjection: mat4x4f;
uniform right: vec3f;
uniform down: vec3f;
uniform mirror: f32;
uniform shown: f32;

varying vPoint: vec3f;
varying vUv: vec2f;

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
  let uv = vertexInputs.uv;
  // Bottom row first, as Babylon's textures are.
  let point = vertexInputs.position + uniforms.shown * ((uv.x - 0.5) * uniforms.right + (0.5 - uv.y) * uniforms.down);
  vertexOutputs.vPoint = point;
  vertexOutputs.vUv = uv;
  vertexOutputs.position = uniforms.viewProjection * uniforms.world * vec4f(point.xy, uniforms.mirror * point.z, 1.0);
}
