// A head's picture with its depth, in Babylon's WGSL dialect. Bilinear between four rays; the depth is their mean by
// alpha, so that a silhouette does not drift towards the background:
//   rgb = sum w_i (f_i + 1) / 2,  alpha = sum w_i a_i,  t = sum w_i a_i t_i / alpha,  point = eye + t * direction.
// Buffers: features f32 [3, R] and surface vec2f [R] (depth along the ray, alpha), see render/march. Colours are display
// values (sRGB), multiplied by alpha, and are written as they are.
// Threads: one per pixel. Twin: none; the ray is that of quadPoint in plugin/image/headCamera.ts.
uniform world: mat4x4f;
uniform viewProjection: mat4x4f;
uniform eye: vec3f;
uniform side: f32;
uniform mirror: f32;

varying vPoint: vec3f;
varying vUv: vec2f;

var<storage, read> features: array<f32>;
var<storage, read> surface: array<vec2f>;

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
  let side = i32(uniforms.side);
  let rays = side * side;
  let place = fragmentInputs.vUv * uniforms.side - 0.5;
  let low = vec2i(floor(place));
  let share = place - floor(place);
  var color = vec3f(0.0);
  var alpha = 0.0;
  var moment = 0.0;
  for (var i = 0; i < 4; i++) {
    let step = vec2i(i & 1, i >> 1);
    let texel = clamp(low + step, vec2i(0), vec2i(side - 1));
    let across = select(1.0 - share.x, share.x, step.x == 1);
    let along = select(1.0 - share.y, share.y, step.y == 1);
    let weight = across * along;
    let ray = texel.y * side + texel.x;
    let hit = surface[ray];
    color += weight * (0.5 + 0.5 * vec3f(features[ray], features[rays + ray], features[2 * rays + ray]));
    alpha += weight * hit.y;
    moment += weight * hit.y * hit.x;
  }
  if (alpha < 0.01) {
    discard;
  }
  let point = uniforms.eye + normalize(fragmentInputs.vPoint - uniforms.eye) * (moment / alpha);
  let clip = uniforms.viewProjection * uniforms.world * vec4f(point.xy, uniforms.mirror * point.z, 1.0);
  fragmentOutputs.color = vec4f(color, alpha);
  fragmentOutputs.fragDepth = clamp(clip.z / clip.w, 0.0, 1.0);
}
