// Density (before its activation) at the centres of cells of 2³ voxels, from which the band is found.
// Textures: folded (see include/folded); out r32f, [2 BRICKS]³ cells by number, z slowest.
// Threads: a fragment a cell. Twin: bakeVolume in runtime/render/fast/bakedVolume.ts.
#include <webgl/include/params>
#include <webgl/include/softplus>
#include <webgl/include/decoder>
#include <webgl/include/planePlace>
#include <webgl/include/folded>
layout(location = 0) out float density;

void main() {
  const int COUNT = 2 * BRICKS;
  int cell = ownIndex(CELLS_WIDTH);
  vec3 point = gridCentre(ivec3(cell % COUNT, cell / COUNT % COUNT, cell / (COUNT * COUNT)), COUNT);
  vec2 place[3];
  float fade[3];
  for (int plane = 0; plane < 3; plane++) {
    place[plane] = planePlace(plane, point);
    fade[plane] = planeFade(place[plane]);
  }
  density = outputBias().w;
  for (int q = 0; q < HIDDEN4; q++) {
    vec4 units = foldedUnits(q, place, fade);
    for (int k = 0; k < 4; k++) {
      int h = 4 * q + k;
      if (h < HIDDEN) {
        density += decoder[h * DECODER_ROW + CHANNELS4].y * softplus(units[k] + decoder[h * DECODER_ROW + CHANNELS4].x);
      }
    }
  }
}
