// One ray through the centre of each pixel, and the bounds of its samples (fixed, or by the slab method the entry into
// and the exit from the cube of side 2 halfBox around the origin). With FLAG_CROP they are cut to a box around the origin:
// what is left of a ray that misses it has no length and therefore no weight.
// Buffers: rays [R]; extent (boxFirst, boxLast over the rays that hit).
// Threads: one per ray. Source: EG3D's ray sampler. Twin: runtime/render/rays.ts.
#include <include/params>
#include <include/extent>
#include <include/pixelRay>

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(1) var<storage, read_write> rays: array<Ray>;
@group(0) @binding(2) var<storage, read_write> extent: Extent;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= params.rayCount) {
    return;
  }
  let direction = pixelDirection(index);
  let origin = eyePoint();
  var start = params.rayStart;
  var end = params.rayEnd;
  if ((params.flags & FLAG_AUTO_BOUNDS) != 0u) {
    let crossing = crossBox(origin, direction, vec3f(params.halfBox));
    let enter = crossing.x;
    let leave = crossing.y;
    if (enter < leave) {
      start = enter;
      end = leave;
      atomicMin(&extent.boxFirst, orderedKey(enter));
      atomicMax(&extent.boxLast, orderedKey(enter));
    } else {
      start = -1.0;
      end = -2.0;
    }
  }
  if ((params.flags & FLAG_CROP) != 0u) {
    let crossing = crossBox(origin, direction, params.cropHalf);
    start = max(start, crossing.x);
    end = min(end, crossing.y);
    if (!(start < end)) {
      start = params.rayEnd;
      end = params.rayEnd;
    }
  }
  rays[index] = Ray(origin, start, direction, end);
}
