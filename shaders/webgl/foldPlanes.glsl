// The decoder's first layer applied to every texel, the mean over the planes folded in:
//   folded (layer p H4 + q)[k] = W1[4 q + k] texel / 3
// Textures: planes rgba16f, 3 C4 layers; out rgba16f, layers first .. first + 3 of 3 H4.
// Threads: a fragment a texel. Twin: foldPlanes in runtime/render/fast/foldedPlanes.ts.
#include <webgl/include/decoder>
#include <webgl/include/layers>
uniform sampler2DArray planes;

vec4 units(int layer) {
  vec4 sum = vec4(0.0);
  int plane = layer / HIDDEN4;
  int unit = 4 * (layer % HIDDEN4);
  if (plane > 2) {
    return sum;
  }
  for (int c = 0; c < CHANNELS4; c++) {
    vec4 texel = texelFetch(planes, ivec3(gl_FragCoord.xy, plane * CHANNELS4 + c), 0);
    for (int k = 0; k < 4; k++) {
      if (unit + k < HIDDEN) {
        sum[k] += dot(decoder[(unit + k) * DECODER_ROW + c], texel);
      }
    }
  }
  return sum / 3.0;
}

void main() {
  layer0 = units(first);
  layer1 = units(first + 1);
  layer2 = units(first + 2);
  layer3 = units(first + 3);
}
