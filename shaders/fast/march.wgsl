// Marches a baked volume: mid-point compositing as in render/march, a sample each voxel.
//   view = (sum w (c_before + c) / 2, sum w);  t = sum w t_mid / sum w, 0 where nothing was hit
// Buffers: distances, voxels (see include/walk); view vec4f [R]; surface f32 [R], world units.
// Threads: one per pixel. Twin: marchBaked in runtime/render/fast/marchBaked.ts.
#include <include/params>
#include <include/softplus>
#include <include/pixelRay>
#include <include/march>
#include <fast/include/voxels>
#include <fast/include/walk>

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(1) var<storage, read> distances: array<u32>;
@group(0) @binding(2) var voxels: texture_3d<f32>;
@group(0) @binding(3) var linear: sampler;
@group(0) @binding(10) var<storage, read_write> view: array<vec4f>;
@group(0) @binding(11) var<storage, read_write> surface: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.resolution || id.y >= params.resolution) {
    return;
  }
  let index = id.y * params.resolution + id.x;
  var walk = beginWalk(index);
  var sum = vec3f(0.0);
  var last = vec3f(0.0);
  var transmittance = 1.0;
  var moment = 0.0;
  var sigma = 0.0;
  while (transmittance > OPAQUE && nextSample(&walk)) {
    let share = select(walkAlpha(&walk, sigma), 1.0, walk.blocked);
    let weight = transmittance * share;
    sum += weight * select((last + walk.color) * 0.5, walk.color, walk.fresh);
    moment += weight * (walk.t - walk.length * 0.5);
    transmittance -= weight;
    last = walk.color;
    sigma = walk.sigma;
    if (walk.blocked) {
      break;
    }
  }
  if (transmittance <= OPAQUE) {
    // What is left would land on the same surface.
    sum += transmittance * last;
    moment += transmittance * walk.t;
    transmittance = 0.0;
  }
  let alpha = 1.0 - transmittance;
  view[index] = vec4f(sum, alpha);
  surface[index] = select(0.0, moment / alpha, alpha > 0.0);
}
