// Bounds every depth by the nearest and farthest sample of all rays; an empty ray gets the farthest.
// Buffers: extent; surface vec2f [R], depth in world units and alpha. Threads: one per ray.
// Source: EG3D's marcher, which clamps over the batch. Twin: the end of renderRays in runtime/render/cpuRenderer.ts.
#include <include/params>
#include <include/extent>

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(2) var<storage, read_write> extent: Extent;
@group(0) @binding(7) var<storage, read_write> surface: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= params.rayCount) {
    return;
  }
  let nearest = orderedValue(atomicLoad(&extent.nearest));
  let farthest = orderedValue(atomicLoad(&extent.farthest));
  surface[index].x = clamp(surface[index].x, nearest, farthest);
}
