// Asks the decoder at EDGE_SAMPLES points of the rays at edges, and copies the other pixels:
//   edge = 0.01 < alpha < 0.985, or alpha > 0.01 and a covered one of the four neighbours lies more than 0.03 (world units)
//   nearer or farther;  asked are edges and their four neighbours, at even quantiles of the shares of a guiding march,
//   share of an interval = (largest weight of it and its two neighbours + 0.01) length / voxel.
// Textures: distances, voxels (see include/walk); planes rgba16f, 3 C4 layers; color, surface (see webgl/march); out as there.
// Threads: a fragment a pixel. Twin: edgePixels in runtime/render/fast/edgePixels.ts; twin: refineRay in runtime/render/fast/refineRay.ts.
#include <webgl/include/params>
#include <webgl/include/softplus>
#include <webgl/include/decoder>
#include <webgl/include/planePlace>
#include <webgl/include/walk>
#include <webgl/include/picture>
uniform sampler2DArray planes;
uniform sampler2D color;
uniform sampler2D surface;

const float SOFT_FROM = 0.01;
const float SOFT_TO = 0.985;
const float DEPTH_STEP = 0.03;
const float SHARE_FLOOR = 0.01;
const ivec2 NEIGHBOURS[4] = ivec2[4](ivec2(-1, 0), ivec2(1, 0), ivec2(0, -1), ivec2(0, 1));

bool isInside(ivec2 place) {
  return all(greaterThanEqual(place, ivec2(0))) && all(lessThan(place, ivec2(params.resolution)));
}

bool isEdge(ivec2 place) {
  vec2 own = texelFetch(surface, place, 0).xy;
  if (own.y <= SOFT_FROM || own.y < SOFT_TO) {
    return own.y > SOFT_FROM;
  }
  for (int i = 0; i < 4; i++) {
    ivec2 other = place + NEIGHBOURS[i];
    if (isInside(other)) {
      vec2 there = texelFetch(surface, other, 0).xy;
      if (there.y > SOFT_FROM && abs(there.x - own.x) > DEPTH_STEP) {
        return true;
      }
    }
  }
  return false;
}

// Red, green, blue, and density before its activation.
vec4 decodePoint(vec3 point) {
  vec4 features[CHANNELS4];
  for (int c = 0; c < CHANNELS4; c++) {
    features[c] = vec4(0.0);
  }
  for (int plane = 0; plane < 3; plane++) {
    vec2 place = planePlace(plane, point);
    float fade = planeFade(place) / 3.0;
    for (int c = 0; c < CHANNELS4; c++) {
      features[c] += fade * textureLod(planes, vec3(place, float(plane * CHANNELS4 + c)), 0.0);
    }
  }
  vec4 sums = outputBias();
  for (int h = 0; h < HIDDEN; h++) {
    int row = h * DECODER_ROW;
    float unit = decoder[row + CHANNELS4].x;
    for (int c = 0; c < CHANNELS4; c++) {
      unit += dot(decoder[row + c], features[c]);
    }
    sums += softplus(unit) * outputWeight(h);
  }
  return activated(sums);
}

// The guiding march, one interval at a time, in hand when the one behind it is known.
struct Guide {
  Walk walk;
  float transmittance;
  float sigma;
  float before;   // weights of the interval in hand and of the one before it
  float here;
  float end;      // of the interval in hand
  float length;
  bool known;
  bool over;
};

Guide beginGuide(ivec2 place) {
  return Guide(beginWalk(place), 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, false, false);
}

// End, length and share of the next interval; a share of -1: there is none.
vec3 nextInterval(inout Guide guide) {
  while (!guide.over) {
    bool more = guide.transmittance > OPAQUE;
    if (more) {
      more = nextSample(guide.walk);
    }
    more = more && !guide.walk.blocked;
    bool joined = more && !guide.walk.fresh;
    float weight = more ? guide.transmittance * walkAlpha(guide.walk, guide.sigma) : 0.0;
    bool known = guide.known;
    float largest = max(max(guide.before, guide.here), joined ? weight : 0.0);
    vec3 interval = vec3(guide.end, guide.length, (largest + SHARE_FLOOR) * (guide.length / guide.walk.stepLength));
    guide.over = !more;
    guide.known = true;
    guide.before = joined ? guide.here : 0.0;
    guide.here = weight;
    guide.end = guide.walk.t;
    guide.length = guide.walk.length;
    guide.sigma = guide.walk.sigma;
    guide.transmittance -= weight;
    if (known) {
      return interval;
    }
  }
  return vec3(0.0, 0.0, -1.0);
}

void main() {
  ivec2 place = ivec2(gl_FragCoord.xy);
  bool chosen = isEdge(place);
  for (int i = 0; i < 4; i++) {
    ivec2 other = place + NEIGHBOURS[i];
    if (!chosen && isInside(other)) {
      chosen = isEdge(other);
    }
  }
  if (!chosen) {
    pictureColor = texelFetch(color, place, 0);
    pictureSurface = texelFetch(surface, place, 0);
    return;
  }
  float total = 0.0;
  Guide measure = beginGuide(place);
  for (vec3 interval = nextInterval(measure); interval.z >= 0.0; interval = nextInterval(measure)) {
    total += interval.z;
  }
  vec3 sum = vec3(0.0);
  vec4 last = vec4(0.0);
  float transmittance = 1.0;
  float moment = 0.0;
  int taken = 0;
  float passed = 0.0;
  float depth0 = 0.0;
  Guide guide = beginGuide(place);
  for (vec3 interval = nextInterval(guide); interval.z >= 0.0; interval = nextInterval(guide)) {
    for (; taken < EDGE_SAMPLES; taken++) {
      float due = (float(taken) + 0.5) / float(EDGE_SAMPLES) * total - passed;
      if (!(due <= interval.z) || interval.z == 0.0) {
        break;
      }
      float t = interval.x - (1.0 - due / interval.z) * interval.y;
      vec4 value = decodePoint(guide.walk.origin + t * guide.walk.direction);
      if (taken > 0) {
        float weight = transmittance * intervalAlpha(last.w, value.w, t - depth0);
        sum += weight * (last.rgb + value.rgb) * 0.5;
        moment += weight * (depth0 + t) * 0.5;
        transmittance -= weight;
      }
      last = value;
      depth0 = t;
    }
    passed += interval.z;
  }
  if (taken > 0 && transmittance <= OPAQUE) {
    sum += transmittance * last.rgb;
    moment += transmittance * depth0;
    transmittance = 0.0;
  }
  writePixel(sum, transmittance, moment);
}
