// Density (before its activation) at the centres of cells of 2³ voxels, from which the band is found.
// Buffers: folded (see include/folded); decoder; cells f32 [2 BRICKS]³, z slowest.
// Threads: one per cell. Twin: bakeVolume in runtime/render/fast/bakedVolume.ts.
#include <include/params>
#include <include/softplus>
#include <include/decoder>
#include <fast/include/folded>

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(5) var<storage, read> decoder: array<vec4f>;
@group(0) @binding(6) var<storage, read> folded: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> cells: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  const COUNT = 2u * BRICKS;
  if (id.x >= COUNT * COUNT * COUNT) {
    return;
  }
  let cell = vec3u(id.x % COUNT, id.x / COUNT % COUNT, id.x / (COUNT * COUNT));
  cells[id.x] = decodeFolded(gridCentre(cell, COUNT)).w;
}
