// A share of the way from the planes that are shown to those that come:
//   texel = (1 - amount) shown + amount coming
// Textures: shown, coming rgba16f, 3 C4 layers; out the same, layers first .. first + 3.
// Threads: a fragment a texel. Twin: mixPlanes in test/render/twins.ts.
#include <webgl/include/layers>
uniform sampler2DArray shown;
uniform sampler2DArray coming;
uniform float amount;

vec4 texel(int layer) {
  // A layer beyond the last is written nowhere.
  ivec3 place = ivec3(gl_FragCoord.xy, min(layer, 3 * CHANNELS4 - 1));
  return mix(texelFetch(shown, place, 0), texelFetch(coming, place, 0), amount);
}

void main() {
  layer0 = texel(first);
  layer1 = texel(first + 1);
  layer2 = texel(first + 2);
  layer3 = texel(first + 3);
}
