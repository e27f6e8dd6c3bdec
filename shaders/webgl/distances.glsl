// Chebyshev distance of every brick to the nearest that is not empty, one axis after the other:
//   to[i] = min over j along the axis of max(|i - j|, from[j]);  the last pass writes 255 for solid bricks.
// Textures: bricks (see webgl/band); before, out r8ui, [BRICKS]³ by number; the first pass reads the bricks.
// Threads: a fragment a brick. Twin: brickDistances in runtime/render/fast/occupancy.ts.
#include <webgl/include/params>
uniform highp usampler2D bricks;
uniform highp usampler2D before;
uniform int axis;
layout(location = 0) out uint after;

void main() {
  int brick = ownIndex(BRICKS_WIDTH);
  int stride = axis == 0 ? 1 : axis == 1 ? BRICKS : BRICKS * BRICKS;
  int place = brick / stride % BRICKS;
  int start = brick - place * stride;
  int least = BRICKS;
  for (int other = 0; other < BRICKS; other++) {
    ivec2 at = texelOf(start + other * stride, BRICKS_WIDTH);
    int far = axis == 0 ? (texelFetch(bricks, at, 0).x > 0u ? 0 : BRICKS) : int(texelFetch(before, at, 0).x);
    least = min(least, max(far, abs(other - place)));
  }
  bool solid = axis == 2 && texelFetch(bricks, texelOf(brick, BRICKS_WIDTH), 0).x == 2u;
  after = solid ? 255u : uint(least);
}
