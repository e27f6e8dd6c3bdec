// Four layers of other texels; the device's blending goes the share of the way: texel = (1 - share) texel + share coming.
// Textures: coming rgba16f, 3 C4 layers; out the same, layers first .. first + 3.
// Threads: a fragment a texel. Twin: mixPlanes in test/render/twins.ts.
#include <webgl/include/layers>
uniform sampler2DArray coming;

// A layer beyond the last is written nowhere.
vec4 texel(int layer) {
  return texelFetch(coming, ivec3(gl_FragCoord.xy, min(layer, 3 * CHANNELS4 - 1)), 0);
}

void main() {
  layer0 = texel(first);
  layer1 = texel(first + 1);
  layer2 = texel(first + 2);
  layer3 = texel(first + 3);
}
