// Decodes the voxels of the listed bricks:
//   voxel = (red, green, blue, (density + 100) / 250) in 0..1, at the voxel's centre; 0 in bricks to be cleared.
// Buffers: folded (see include/folded); decoder; list (see fast/band); voxels rgba8unorm, SIDE³.
// Threads: a workgroup a brick, a thread a voxel. Twin: bakeVolume in runtime/render/fast/bakedVolume.ts.
#include <include/params>
#include <include/softplus>
#include <include/decoder>
#include <fast/include/folded>
#include <fast/include/voxels>

struct BrickList {
  groups: u32,
  one: u32,
  alsoOne: u32,
  cut: u32,
  items: array<u32>,
}

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(5) var<storage, read> decoder: array<vec4f>;
@group(0) @binding(6) var<storage, read> folded: array<vec4f>;
@group(0) @binding(9) var<storage, read> list: BrickList;
@group(0) @binding(14) var voxels: texture_storage_3d<rgba8unorm, write>;

@compute @workgroup_size(4, 4, 4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let item = list.items[group.x];
  let brick = item & 0x7fffffffu;
  let place = vec3u(brick % BRICKS, brick / BRICKS % BRICKS, brick / (BRICKS * BRICKS)) * 4u + local;
  var value = vec4f(0.0);
  if (item == brick) {
    let found = decodeFolded(gridCentre(place, 4u * BRICKS));
    value = clamp(vec4f(found.xyz, (found.w - LEAST_DENSITY) / DENSITY_SPAN), vec4f(0.0), vec4f(1.0));
  }
  textureStore(voxels, place, value);
}
