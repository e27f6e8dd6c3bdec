// Four layers of texels from the network's planes: texel (layer p C4 + c)[k] = channel 4 c + k of plane p, 0 beyond the last.
// Textures: source r32f, 3 C layers; out rgba16f, layers first .. first + 3 of 3 C4.
// Threads: a fragment a texel. Twin: packTexels in runtime/render/triplane.ts.
#include <webgl/include/layers>
uniform sampler2DArray source;

vec4 texels(int layer) {
  vec4 found = vec4(0.0);
  int plane = layer / CHANNELS4;
  for (int k = 0; k < 4; k++) {
    int channel = 4 * (layer % CHANNELS4) + k;
    if (plane < 3 && channel < CHANNELS) {
      found[k] = texelFetch(source, ivec3(gl_FragCoord.xy, plane * CHANNELS + channel), 0).x;
    }
  }
  return found;
}

void main() {
  layer0 = texels(first);
  layer1 = texels(first + 1);
  layer2 = texels(first + 2);
  layer3 = texels(first + 3);
}
