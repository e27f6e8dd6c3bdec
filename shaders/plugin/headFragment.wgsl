// A head's picture with its depth, in Babylon's WGSL dialect. Colours are bilinear; the depth is the mean of the four rays
// around by alpha, so that a silhouette does not drift towards the background:
//   t = sum w_i a_i t_i / sum w_i a_i,  point = eye + t * direction,
//   (rgb, a) *= smoothstep(0, 1, neckline . (point, 1)), so that a body may take over below,
//   rgb = fog(tint * rgb), then what the scene does to every material's colours: image processing, or linear light for a
//   post-process that does it (LINEAR). Colours are display values (sRGB) multiplied by alpha, fog mixes them as they are.
// Textures: picture rgba8unorm, surface rg32float (t along the ray, alpha), see render/picture.
// Threads: one per pixel. Twin: shadePixel in test/plugin/image/shadeTwin.ts.
#include<helperFunctions>
#ifdef IMAGEPROCESSING
#include<imageProcessingDeclaration>
#include<imageProcessingFunctions>
#endif

uniform world: mat4x4f;
uniform viewProjection: mat4x4f;
uniform eye: vec3f;
uniform mirror: f32;
uniform tint: vec3f;
uniform opacity: f32;
// Head space; (0, 0, 0, 1): no end.
uniform neckline: vec4f;
// Where the scene's camera stands, world space.
uniform fogFrom: vec3f;
// Babylon's mode (0: none), start, end, density; the colour as the scene has it.
uniform fog: vec4f;
uniform fogColor: vec3f;
// 2 / log2(far + 1), see logDepthDeclaration; 0: none.
uniform logDepth: f32;

varying vPoint: vec3f;
varying vUv: vec2f;

var picture: texture_2d<f32>;
var surface: texture_2d<f32>;

fn fogShare(distance: f32) -> f32 {
  let mode = uniforms.fog.x;
  var share = 1.0;
  if (mode == 3.0) {
    share = (uniforms.fog.z - distance) / (uniforms.fog.z - uniforms.fog.y);
  } else if (mode == 1.0) {
    share = exp(-distance * uniforms.fog.w);
  } else if (mode == 2.0) {
    share = exp(-distance * distance * uniforms.fog.w * uniforms.fog.w);
  }
  return clamp(share, 0.0, 1.0);
}

struct Around {
  texel: array<vec2i, 4>,
  weight: vec4f,
}

// The four texels around this pixel. A sampler's weights are coarse, and it need not filter 32 bit floats.
fn around(size: vec2u, uv: vec2f) -> Around {
  let place = uv * vec2f(size) - 0.5;
  let low = floor(place);
  let share = place - low;
  var found: Around;
  for (var i = 0; i < 4; i++) {
    found.texel[i] = clamp(vec2i(low) + vec2i(i & 1, i >> 1), vec2i(0), vec2i(size) - 1);
  }
  let rest = 1.0 - share;
  found.weight = vec4f(rest.x * rest.y, share.x * rest.y, rest.x * share.y, share.x * share.y);
  return found;
}

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
  let fine = around(textureDimensions(picture), fragmentInputs.vUv);
  let coarse = around(textureDimensions(surface), fragmentInputs.vUv);
  var value = vec4f(0.0);
  var alpha = 0.0;
  var moment = 0.0;
  for (var i = 0; i < 4; i++) {
    value += fine.weight[i] * textureLoad(picture, fine.texel[i], 0);
    let hit = textureLoad(surface, coarse.texel[i], 0);
    alpha += coarse.weight[i] * hit.y;
    moment += coarse.weight[i] * hit.y * hit.x;
  }
  if (min(alpha, value.a) < 1.0 / 255.0) {
    discard;
  }
  let point = uniforms.eye + normalize(fragmentInputs.vPoint - uniforms.eye) * (moment / alpha);
  value *= smoothstep(0.0, 1.0, dot(uniforms.neckline, vec4f(point, 1.0)));
  if (value.a < 1.0 / 255.0) {
    discard;
  }
  let place3 = uniforms.world * vec4f(point.xy, uniforms.mirror * point.z, 1.0);
  let clip = uniforms.viewProjection * place3;

  var color = value.rgb * uniforms.tint;
  color = mix(uniforms.fogColor * value.a, color, fogShare(distance(place3.xyz, uniforms.fogFrom)));
#ifdef LINEAR
  color = toLinearSpaceVec3(color / value.a) * value.a;
#endif
#ifdef IMAGEPROCESSING
  color = applyImageProcessing(vec4f(toLinearSpaceVec3(color / value.a), 1.0)).rgb * value.a;
#endif
  fragmentOutputs.color = vec4f(color, value.a) * uniforms.opacity;
  var depth = clip.z / clip.w;
  if (uniforms.logDepth > 0.0) {
    depth = log2(max(1.0 + clip.w, 1e-6)) * uniforms.logDepth * 0.5;
  }
  fragmentOutputs.fragDepth = clamp(depth, 0.0, 1.0);
}
