// Which bricks are baked. Of a brick's cells and those around it:
//   solid (2) where all of the 6³ within two cells are > 100 (cells that are cut off are not), else
//   filled (1) where any of the 4³ within one cell is > 0, else empty (0).
// Textures: cells (see webgl/cells); out r8ui, [BRICKS]³ by number.
// Threads: a fragment a brick. Twin: bandBricks in runtime/render/fast/occupancy.ts.
#include <webgl/include/params>
uniform sampler2D cells;
// Cells that are cut off at both ends of each axis.
uniform ivec3 cut;
layout(location = 0) out uint kind;

void main() {
  const int COUNT = 2 * BRICKS;
  int brick = ownIndex(BRICKS_WIDTH);
  ivec3 place = ivec3(brick % BRICKS, brick / BRICKS % BRICKS, brick / (BRICKS * BRICKS));
  float least = 1e30;
  float most = -1e30;
  for (int z = -2; z < 4; z++) {
    for (int y = -2; y < 4; y++) {
      for (int x = -2; x < 4; x++) {
        ivec3 cell = 2 * place + ivec3(x, y, z);
        if (any(lessThan(cell, cut)) || any(greaterThanEqual(cell, ivec3(COUNT) - cut))) {
          least = -1e30;
        }
        if (any(lessThan(cell, ivec3(0))) || any(greaterThanEqual(cell, ivec3(COUNT)))) {
          continue;
        }
        float density = texelFetch(cells, texelOf((cell.z * COUNT + cell.y) * COUNT + cell.x, CELLS_WIDTH), 0).x;
        least = min(least, density);
        if (all(greaterThan(ivec3(x, y, z), ivec3(-2))) && all(lessThan(ivec3(x, y, z), ivec3(3)))) {
          most = max(most, density);
        }
      }
    }
  }
  kind = least > 100.0 ? 2u : most > 0.0 ? 1u : 0u;
}
