// Chebyshev distance of every brick to the nearest that is not empty, one axis after the other:
//   to[i] = min over j along the axis of max(|i - j|, from[j]);  the last pass writes 255 for solid bricks.
// Buffers: bricks u32 [BRICKS]³ (see fast/band); before, after u32 [BRICKS]³; the first pass reads the bricks.
// Threads: one per brick. Twin: brickDistances in runtime/render/fast/occupancy.ts.
override AXIS: u32;

@group(0) @binding(8) var<storage, read> bricks: array<u32>;
@group(0) @binding(1) var<storage, read> before: array<u32>;
@group(0) @binding(15) var<storage, read_write> after: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= BRICKS * BRICKS * BRICKS) {
    return;
  }
  let stride = select(select(BRICKS * BRICKS, BRICKS, AXIS == 1u), 1u, AXIS == 0u);
  let place = id.x / stride % BRICKS;
  let first = id.x - place * stride;
  var least = BRICKS;
  for (var other = 0u; other < BRICKS; other++) {
    var distance = 0u;
    if (AXIS == 0u) {
      distance = select(BRICKS, 0u, bricks[first + other * stride] > 0u);
    } else {
      distance = before[first + other * stride];
    }
    least = min(least, max(distance, max(other, place) - min(other, place)));
  }
  after[id.x] = select(least, 255u, AXIS == 2u && bricks[id.x] == 2u);
}
