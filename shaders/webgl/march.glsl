// Marches a baked volume: mid-point compositing as in render/march, a sample each voxel.
//   color = (sum w (c_before + c) / 2, sum w);  t = sum w t_mid / sum w, 0 where nothing was hit
// Textures: distances r8ui, voxels rgba8 (see include/walk); out color rgba8 or rgba16f, surface rg32f.
// Threads: a fragment a pixel. Twin: marchBaked in runtime/render/fast/marchBaked.ts.
#include <webgl/include/params>
#include <webgl/include/softplus>
#include <webgl/include/decoder>
#include <webgl/include/walk>
#include <webgl/include/picture>

void main() {
  Walk walk = beginWalk(ivec2(gl_FragCoord.xy));
  vec3 sum = vec3(0.0);
  vec3 last = vec3(0.0);
  float transmittance = 1.0;
  float moment = 0.0;
  float sigma = 0.0;
  while (transmittance > OPAQUE && nextSample(walk)) {
    float share = walk.blocked ? 1.0 : walkAlpha(walk, sigma);
    float weight = transmittance * share;
    sum += weight * (walk.fresh ? walk.color : (last + walk.color) * 0.5);
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
  writePixel(sum, transmittance, moment);
}
