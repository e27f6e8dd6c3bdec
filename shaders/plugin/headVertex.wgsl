// The quad that carries a head's picture, in Babylon's WGSL dialect:
//   point = position.x right + position.y down  (head space, right-handed), seen by the scene's own camera.
// Buffers: none. Threads: one per corner. Twin: quadPoint in plugin/image/headCamera.ts.
attribute position: vec3f;

uniform world: mat4x4f;
uniform viewProjection: mat4x4f;
uniform right: vec3f;
uniform down: vec3f;
uniform mirror: f32;

varying vPoint: vec3f;
varying vUv: vec2f;

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
  let corner = vertexInputs.position.xy;
  let point = corner.x * uniforms.right + corner.y * uniforms.down;
  vertexOutputs.vPoint = point;
  vertexOutputs.vUv = corner + 0.5;
  vertexOutputs.position = uniforms.viewProjection * uniforms.world * vec4f(point.xy, uniforms.mirror * point.z, 1.0);
}
