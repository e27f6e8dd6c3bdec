// A head's picture with its depth, in Babylon's GLSL: what headFragment.wgsl does, and says, on WebGL 2.
// Textures: picture rgba8, surface rg32f (t along the ray, alpha), see webgl/march.
// Threads: one per pixel. Twin: shadePixel in test/plugin/image/shadeTwin.ts.
precision highp float;
#include<helperFunctions>
#ifdef IMAGEPROCESSING
#include<imageProcessingDeclaration>
#include<imageProcessingFunctions>
#endif

uniform mat4 world;
uniform mat4 viewProjection;
uniform vec3 eye;
uniform float mirror;
uniform vec3 tint;
uniform float opacity;
// Head space; (0, 0, 0, 1): no end.
uniform vec4 neckline;
// Where the scene's camera stands, world space.
uniform vec3 fogFrom;
// Babylon's mode (0: none), start, end, density; the colour as the scene has it.
uniform vec4 fog;
uniform vec3 fogColor;
// 2 / log2(far + 1), see logDepthDeclaration; 0: none.
uniform float logDepth;

varying vec3 vPoint;
varying vec2 vUv;

uniform highp sampler2D picture;
uniform highp sampler2D surface;

float fogShare(float far) {
  float mode = fog.x;
  float share = 1.0;
  if (mode == 3.0) {
    share = (fog.z - far) / (fog.z - fog.y);
  } else if (mode == 1.0) {
    share = exp(-far * fog.w);
  } else if (mode == 2.0) {
    share = exp(-far * far * fog.w * fog.w);
  }
  return clamp(share, 0.0, 1.0);
}

// The four texels around this pixel: i's own, and the share of each. A sampler need not filter 32 bit floats.
ivec2 texelAround(ivec2 size, vec2 uv, int i) {
  vec2 low = floor(uv * vec2(size) - 0.5);
  return clamp(ivec2(low) + ivec2(i & 1, i >> 1), ivec2(0), size - 1);
}

vec4 sharesAround(ivec2 size, vec2 uv) {
  vec2 share = fract(uv * vec2(size) - 0.5);
  vec2 rest = 1.0 - share;
  return vec4(rest.x * rest.y, share.x * rest.y, rest.x * share.y, share.x * share.y);
}

void main(void) {
  ivec2 fine = textureSize(picture, 0);
  ivec2 coarse = textureSize(surface, 0);
  vec4 fineShares = sharesAround(fine, vUv);
  vec4 coarseShares = sharesAround(coarse, vUv);
  vec4 value = vec4(0.0);
  float alpha = 0.0;
  float moment = 0.0;
  for (int i = 0; i < 4; i++) {
    value += fineShares[i] * texelFetch(picture, texelAround(fine, vUv, i), 0);
    vec4 hit = texelFetch(surface, texelAround(coarse, vUv, i), 0);
    alpha += coarseShares[i] * hit.y;
    moment += coarseShares[i] * hit.y * hit.x;
  }
  if (min(alpha, value.a) < 1.0 / 255.0) {
    discard;
  }
  vec3 point = eye + normalize(vPoint - eye) * (moment / alpha);
  value *= smoothstep(0.0, 1.0, dot(neckline, vec4(point, 1.0)));
  if (value.a < 1.0 / 255.0) {
    discard;
  }
  vec4 place3 = world * vec4(point.xy, mirror * point.z, 1.0);
  vec4 clip = viewProjection * place3;

  vec3 color = value.rgb * tint;
  color = mix(fogColor * value.a, color, fogShare(distance(place3.xyz, fogFrom)));
#ifdef LINEAR
  color = toLinearSpace(color / value.a) * value.a;
#endif
#ifdef IMAGEPROCESSING
  color = applyImageProcessing(vec4(toLinearSpace(color / value.a), 1.0)).rgb * value.a;
#endif
  gl_FragColor = vec4(color, value.a) * opacity;
  // WebGL's clip space is two deep.
  float depth = 0.5 * clip.z / clip.w + 0.5;
  if (logDepth > 0.0) {
    depth = log2(max(1.0 + clip.w, 1e-6)) * logDepth * 0.5;
  }
  gl_FragDepth = clamp(depth, 0.0, 1.0);
}
