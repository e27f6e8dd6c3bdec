// Which bricks are baked. Of a brick's cells and those around it:
//   solid (2) where all of the 6³ within two cells are > 100 (cells that are cut off are not), else
//   filled (1) where any of the 4³ within one cell is > 0, else empty (0).
// Filled bricks are listed; so are, to be cleared, those that were filled before and no longer are.
// Buffers: cells (see fast/cells); bricks u32 [BRICKS]³; list, the arguments of the indirect dispatch of fast/bake and its items.
// Threads: one per brick. Twin: bandBricks in runtime/render/fast/occupancy.ts.

struct BrickList {
  groups: atomic<u32>, // of bake: one a brick
  one: u32,
  alsoOne: u32,
  cut: u32,            // cells that are cut off at both ends of x, y and z, 8 bits each
  items: array<u32>,   // brick, + CLEAR
}

const CLEAR: u32 = 0x80000000u;

@group(0) @binding(7) var<storage, read> cells: array<f32>;
@group(0) @binding(8) var<storage, read_write> bricks: array<u32>;
@group(0) @binding(9) var<storage, read_write> list: BrickList;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= BRICKS * BRICKS * BRICKS) {
    return;
  }
  const COUNT = i32(2u * BRICKS);
  let place = vec3i(vec3u(id.x % BRICKS, id.x / BRICKS % BRICKS, id.x / (BRICKS * BRICKS)));
  let cut = vec3i(vec3u(list.cut, list.cut >> 8u, list.cut >> 16u) & vec3u(255u));
  var least = 1e30;
  var most = -1e30;
  for (var z = -2; z < 4; z++) {
    for (var y = -2; y < 4; y++) {
      for (var x = -2; x < 4; x++) {
        let cell = 2 * place + vec3i(x, y, z);
        if (any(cell < cut) || any(cell >= vec3i(COUNT) - cut)) {
          least = -1e30;
        }
        if (any(cell < vec3i(0)) || any(cell >= vec3i(COUNT))) {
          continue;
        }
        let density = cells[(cell.z * COUNT + cell.y) * COUNT + cell.x];
        least = min(least, density);
        if (all(vec3i(x, y, z) > vec3i(-2)) && all(vec3i(x, y, z) < vec3i(3))) {
          most = max(most, density);
        }
      }
    }
  }
  let kind = select(select(0u, 1u, most > 0.0), 2u, least > 100.0);
  if (kind == 1u || bricks[id.x] == 1u) {
    list.items[atomicAdd(&list.groups, 1u)] = id.x | select(CLEAR, 0u, kind == 1u);
  }
  bricks[id.x] = kind;
}
