// Decodes the voxels of filled bricks, four slices at a time, which are one layer of bricks:
//   voxel = (red, green, blue, (density + 100) / 250) in 0..1, at the voxel's centre; 0 in other bricks.
// Textures: folded (see include/folded); bricks (see webgl/band); out rgba8, slices first .. first + 3 of the volume.
// Threads: a fragment four voxels. Twin: bakeVolume in runtime/render/fast/bakedVolume.ts.
#include <webgl/include/params>
#include <webgl/include/softplus>
#include <webgl/include/decoder>
#include <webgl/include/planePlace>
#include <webgl/include/folded>
#include <webgl/include/layers>
uniform highp usampler2D bricks;

vec4 voxel(vec4 sums) {
  vec4 value = activated(sums);
  return clamp(vec4(value.xyz, (value.w - LEAST_DENSITY) / DENSITY_SPAN), 0.0, 1.0);
}

void main() {
  layer0 = layer1 = layer2 = layer3 = vec4(0.0);
  ivec3 place = ivec3(gl_FragCoord.xy, first);
  ivec3 brick = place / 4;
  int number = (brick.z * BRICKS + brick.y) * BRICKS + brick.x;
  if (texelFetch(bricks, texelOf(number, BRICKS_WIDTH), 0).x != 1u) {
    return;
  }
  vec3 point = gridCentre(place, 4 * BRICKS);
  vec3 next = gridCentre(place + ivec3(0, 0, 1), 4 * BRICKS);
  // Lookups of the first point and from one to the next; two of three planes usually stand along z, the third is the same for all.
  vec2 at[3];
  vec2 along[3];
  bool stays[3];
  for (int plane = 0; plane < 3; plane++) {
    at[plane] = planePlace(plane, point);
    along[plane] = planePlace(plane, next) - at[plane];
    stays[plane] = all(lessThan(abs(along[plane]), vec2(1e-6)));
  }
  vec4 sums[4] = vec4[4](outputBias(), outputBias(), outputBias(), outputBias());
  for (int q = 0; q < HIDDEN4; q++) {
    vec4 units[4] = vec4[4](vec4(0.0), vec4(0.0), vec4(0.0), vec4(0.0));
    for (int plane = 0; plane < 3; plane++) {
      float layer = float(plane * HIDDEN4 + q);
      vec4 found = planeFade(at[plane]) * textureLod(folded, vec3(at[plane], layer), 0.0);
      for (int k = 0; k < 4; k++) {
        if (k > 0 && !stays[plane]) {
          vec2 there = at[plane] + float(k) * along[plane];
          found = planeFade(there) * textureLod(folded, vec3(there, layer), 0.0);
        }
        units[k] += found;
      }
    }
    for (int j = 0; j < 4; j++) {
      int h = 4 * q + j;
      if (h < HIDDEN) {
        vec4 weight = outputWeight(h);
        vec4 four = softplus4(vec4(units[0][j], units[1][j], units[2][j], units[3][j]) + decoder[h * DECODER_ROW + CHANNELS4].x);
        sums[0] += four.x * weight;
        sums[1] += four.y * weight;
        sums[2] += four.z * weight;
        sums[3] += four.w * weight;
      }
    }
  }
  layer0 = voxel(sums[0]);
  layer1 = voxel(sums[1]);
  layer2 = voxel(sums[2]);
  layer3 = voxel(sums[3]);
}
