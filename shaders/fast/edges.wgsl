// Lists the pixels that the volume gets wrong, and writes the others:
//   edge = 0.01 < alpha < 0.985, or alpha > 0.01 and a covered one of the four neighbours lies more than 0.03 (world units)
//   nearer or farther;  listed are edges and their four neighbours.
// Buffers: view vec4f [R], surface f32 [R] (see fast/march); list (see below); color rgba8unorm, depth rg32float.
// Threads: one per pixel. Twin: edgePixels in runtime/render/fast/edgePixels.ts.
#include <include/params>
#include <fast/include/pixel>

struct EdgeList {
  groups: atomic<u32>, // of fast/refine: one for 64 pixels
  one: u32,
  alsoOne: u32,
  count: atomic<u32>,
  items: array<u32>,
}

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(9) var<storage, read_write> list: EdgeList;
@group(0) @binding(10) var<storage, read> view: array<vec4f>;
@group(0) @binding(11) var<storage, read> surface: array<f32>;
@group(0) @binding(12) var color: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(13) var depth: texture_storage_2d<rg32float, write>;

const SOFT_FROM: f32 = 0.01;
const SOFT_TO: f32 = 0.985;
const DEPTH_STEP: f32 = 0.03;

fn neighbour(place: vec2i, which: u32) -> vec2i {
  let along = select(-1, 1, (which & 1u) != 0u);
  return place + select(vec2i(0, along), vec2i(along, 0), which < 2u);
}

fn isInside(place: vec2i) -> bool {
  return all(place >= vec2i(0)) && all(place < vec2i(i32(params.resolution)));
}

fn isEdge(place: vec2i) -> bool {
  let side = i32(params.resolution);
  let own = place.y * side + place.x;
  let alpha = view[own].a;
  if (alpha <= SOFT_FROM || alpha < SOFT_TO) {
    return alpha > SOFT_FROM;
  }
  for (var i = 0u; i < 4u; i++) {
    let other = neighbour(place, i);
    if (!isInside(other)) {
      continue;
    }
    let at = other.y * side + other.x;
    if (view[at].a > SOFT_FROM && abs(surface[at] - surface[own]) > DEPTH_STEP) {
      return true;
    }
  }
  return false;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let place = vec2i(id.xy);
  if (!isInside(place)) {
    return;
  }
  var chosen = isEdge(place);
  for (var i = 0u; i < 4u; i++) {
    let other = neighbour(place, i);
    if (!chosen && isInside(other)) {
      chosen = isEdge(other);
    }
  }
  let index = id.y * params.resolution + id.x;
  if (chosen) {
    let slot = atomicAdd(&list.count, 1u);
    list.items[slot] = index;
    atomicMax(&list.groups, slot / 64u + 1u);
  } else {
    writePixel(index, view[index], surface[index]);
  }
}
