// Asks the decoder at EDGE_SAMPLES points of a listed pixel's ray: even quantiles of the shares of a guiding march,
//   share of an interval = (largest weight of it and its two neighbours + 0.01) length / voxel,
// composited as in render/march.
// Buffers: distances, voxels (see include/walk); planes, decoder; list (see fast/edges); color, depth.
// Threads: one per listed pixel. Source: facts performance.md section 2. Twin: refineRay in runtime/render/fast/refineRay.ts.
#include <include/params>
#include <include/softplus>
#include <include/pixelRay>
#include <include/triplane>
#include <include/decoder>
#include <include/march>
#include <fast/include/voxels>
#include <fast/include/walk>
#include <fast/include/pixel>

struct EdgeList {
  groups: u32,
  one: u32,
  alsoOne: u32,
  count: u32,
  items: array<u32>,
}

@group(0) @binding(0) var<uniform> params: RenderParams;
@group(0) @binding(1) var<storage, read> distances: array<u32>;
@group(0) @binding(2) var voxels: texture_3d<f32>;
@group(0) @binding(3) var linear: sampler;
@group(0) @binding(4) var<storage, read> planes: array<PlaneTexel>;
@group(0) @binding(5) var<storage, read> decoder: array<vec4f>;
@group(0) @binding(9) var<storage, read> list: EdgeList;
@group(0) @binding(12) var color: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(13) var depth: texture_storage_2d<rg32float, write>;

const SHARE_FLOOR: f32 = 0.01;

// Red, green, blue, and density before its activation, in one go through the hidden units.
fn decodePoint(point: vec3f) -> vec4f {
  var features = sampleTriplane(point);
  let biases = HIDDEN * DECODER_ROW + CHANNELS4;
  var out = vec4f(decoder[biases + 1u].xyz, decoder[biases].x);
  for (var h = 0u; h < HIDDEN; h++) {
    let row = h * DECODER_ROW;
    out += hiddenUnit(&features, row) * vec4f(decoder[row + CHANNELS4 + 1u].xyz, decoder[row + CHANNELS4].y);
  }
  return vec4f(1.002 / (1.0 + exp(-out.xyz)) - 0.001, out.w);
}

// The guiding march, one interval at a time, in hand when the one behind it is known.
struct Guide {
  walk: Walk,
  transmittance: f32,
  sigma: f32,
  before: f32,   // weights of the interval in hand and of the one before it
  here: f32,
  end: f32,      // of the interval in hand
  length: f32,
  known: bool,
  over: bool,
}

fn beginGuide(index: u32) -> Guide {
  var guide: Guide;
  guide.walk = beginWalk(index);
  guide.transmittance = 1.0;
  return guide;
}

// End, length and share of the next interval; a share of -1: there is none.
fn nextInterval(guide: ptr<function, Guide>) -> vec3f {
  while (!(*guide).over) {
    var more = (*guide).transmittance > OPAQUE;
    if (more) {
      more = nextSample(&(*guide).walk);
    }
    more = more && !(*guide).walk.blocked;
    let joined = more && !(*guide).walk.fresh;
    var weight = 0.0;
    if (more) {
      weight = (*guide).transmittance * walkAlpha(&(*guide).walk, (*guide).sigma);
    }
    let known = (*guide).known;
    let largest = max(max((*guide).before, (*guide).here), select(0.0, weight, joined));
    let interval = vec3f((*guide).end, (*guide).length, (largest + SHARE_FLOOR) * ((*guide).length / (*guide).walk.step));
    (*guide).over = !more;
    (*guide).known = true;
    (*guide).before = select(0.0, (*guide).here, joined);
    (*guide).here = weight;
    (*guide).end = (*guide).walk.t;
    (*guide).length = (*guide).walk.length;
    (*guide).sigma = (*guide).walk.sigma;
    (*guide).transmittance -= weight;
    if (known) {
      return interval;
    }
  }
  return vec3f(0.0, 0.0, -1.0);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= list.count) {
    return;
  }
  let index = list.items[id.x];
  var total = 0.0;
  var measure = beginGuide(index);
  loop {
    let interval = nextInterval(&measure);
    if (interval.z < 0.0) {
      break;
    }
    total += interval.z;
  }

  let origin = measure.walk.origin;
  let direction = measure.walk.direction;
  var sum = vec3f(0.0);
  var last = vec4f(0.0);
  var transmittance = 1.0;
  var moment = 0.0;
  var taken = 0u;
  var passed = 0.0;
  var depth0 = 0.0;
  var guide = beginGuide(index);
  loop {
    let interval = nextInterval(&guide);
    if (interval.z < 0.0) {
      break;
    }
    for (; taken < EDGE_SAMPLES; taken++) {
      let due = (f32(taken) + 0.5) / f32(EDGE_SAMPLES) * total - passed;
      if (!(due <= interval.z) || interval.z == 0.0) {
        break;
      }
      let t = interval.x - (1.0 - due / interval.z) * interval.y;
      let value = decodePoint(origin + t * direction);
      if (taken > 0u) {
        let alpha = intervalAlpha(depth0, last.w, t, value.w);
        let weight = transmittance * alpha;
        sum += weight * (last.rgb + value.rgb) * 0.5;
        moment += weight * (depth0 + t) * 0.5;
        transmittance -= weight;
      }
      last = value;
      depth0 = t;
    }
    passed += interval.z;
  }
  if (taken > 0u && transmittance <= OPAQUE) {
    sum += transmittance * last.rgb;
    moment += transmittance * depth0;
    transmittance = 0.0;
  }
  let alpha = 1.0 - transmittance;
  writePixel(index, vec4f(sum, alpha), select(0.0, moment / alpha, alpha > 0.0));
}
