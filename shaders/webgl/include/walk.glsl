// Goes along a pixel's ray in steps of a voxel, past empty bricks, as shaders/fast/include/walk.wgsl.
// Twin: VolumeWalk in runtime/render/fast/volumeWalk.ts. Needs params, softplus, decoder.
uniform highp usampler2D distances;
uniform highp sampler3D voxels;

struct Walk {
  vec3 origin;
  vec3 direction;
  float start;
  float end;
  float stepLength;
  int index;       // of the next sample; -1: none
  int brick;       // the last one that was looked up, and what it holds
  int distance;
  // The sample in hand: place, length of the interval before it (world units), density before activation.
  float t;
  float length;
  float sigma;
  vec3 color;
  bool fresh;      // what lies before it is empty
  bool blocked;    // the rest of the ray is inside the head: no sample, but the colour of the last one
};

const int FILLED = 0;
const int SOLID = 255;
// A ray that lets less through than this has arrived.
const float OPAQUE = 1.0 / 256.0;

// Entry into and exit from the box of these half sides; the entry is not before the exit where the ray misses.
vec2 crossBox(vec3 origin, vec3 direction, vec3 halfSides) {
  vec3 a = (-halfSides - origin) / direction;
  vec3 b = (halfSides - origin) / direction;
  vec3 near = min(a, b);
  vec3 far = max(a, b);
  return vec2(max(near.x, max(near.y, near.z)), min(far.x, min(far.y, far.z)));
}

// Unit length. The picture's bottom row is the texture's first.
vec3 pixelDirection(ivec2 place) {
  vec2 pixel = vec2(float(place.x), float(int(params.resolution) - 1 - place.y));
  vec2 uv = (pixel + 0.5) / float(params.resolution);
  vec2 f = params.focalCenter.xy;
  vec2 center = params.focalCenter.zw;
  float x = (uv.x - center.x + center.y * params.skew / f.y - params.skew * uv.y / f.y) / f.x;
  float y = (uv.y - center.y) / f.y;
  vec3 ray = vec3(x, y, 1.0);
  return normalize(vec3(
    dot(params.cameraRow0.xyz, ray),
    dot(params.cameraRow1.xyz, ray),
    dot(params.cameraRow2.xyz, ray)
  ));
}

Walk beginWalk(ivec2 place) {
  Walk walk;
  walk.origin = vec3(params.cameraRow0.w, params.cameraRow1.w, params.cameraRow2.w);
  walk.direction = pixelDirection(place);
  walk.stepLength = 2.0 * params.halfBox / float(4 * BRICKS);
  vec2 cube = crossBox(walk.origin, walk.direction, vec3(params.halfBox));
  float start = cube.x;
  float end = cube.y;
  if ((params.flags & FLAG_AUTO_BOUNDS) == 0u) {
    start = max(start, params.rayStart);
    end = min(end, params.rayEnd);
  }
  if ((params.flags & FLAG_CROP) != 0u) {
    vec2 crop = crossBox(walk.origin, walk.direction, params.cropHalf);
    start = max(start, crop.x);
    end = min(end, crop.y);
  }
  float shift = (end - start) * 0.5 / float(DEPTHS - 1);
  walk.start = start + shift;
  walk.end = end + shift;
  walk.index = start < end ? 0 : -1;
  walk.brick = -1;
  walk.distance = 0;
  walk.t = 0.0;
  walk.length = 0.0;
  walk.sigma = 0.0;
  walk.color = vec3(0.0);
  walk.fresh = false;
  walk.blocked = false;
  return walk;
}

// Goes to the next sample; false: there is none.
bool nextSample(inout Walk walk) {
  float before = walk.t;
  bool fresh = walk.index == 0;
  float scale = float(BRICKS) / (2.0 * params.halfBox);
  // No ray has more samples; what is not finite ends here too.
  for (int guard = 0; guard < 8 * BRICKS; guard++) {
    if (walk.index < 0) {
      return false;
    }
    float t = min(walk.start + float(walk.index) * walk.stepLength, walk.end);
    vec3 point = walk.origin + t * walk.direction + params.halfBox;
    ivec3 place = ivec3(clamp(floor(point * scale), vec3(0.0), vec3(float(BRICKS) - 1.0)));
    int at = (place.z * BRICKS + place.y) * BRICKS + place.x;
    if (at != walk.brick) {
      walk.brick = at;
      walk.distance = int(texelFetch(distances, texelOf(at, BRICKS_WIDTH), 0).x);
    }
    if (walk.distance == FILLED || walk.distance == SOLID) {
      walk.t = t;
      walk.fresh = fresh;
      if (walk.distance == SOLID) {
        walk.blocked = true;
        walk.length = 0.0;
        if (fresh) {
          walk.color = vec3(0.0);
        }
        return true;
      }
      walk.length = walk.index == 0 ? 0.0 : fresh ? walk.stepLength : t - before;
      walk.index = t < walk.end ? walk.index + 1 : -1;
      vec4 voxel = textureLod(voxels, point / (2.0 * params.halfBox), 0.0);
      walk.color = voxel.rgb;
      walk.sigma = LEAST_DENSITY + DENSITY_SPAN * voxel.a;
      return true;
    }
    // Out of the cube of empty bricks around this one.
    float leave = 1e30;
    for (int axis = 0; axis < 3; axis++) {
      float along = walk.direction[axis];
      int border = along > 0.0 ? place[axis] + walk.distance : place[axis] - walk.distance + 1;
      float wall = float(border) / scale - params.halfBox;
      if (along != 0.0) {
        leave = min(leave, (wall - walk.origin[axis]) / along);
      }
    }
    if (t >= walk.end || leave >= walk.end) {
      walk.index = -1;
    } else {
      walk.index = max(walk.index + 1, int(ceil((leave - walk.start) / walk.stepLength)));
    }
    fresh = true;
  }
  return false;
}

// Share of the light that the interval before a sample keeps.
float walkAlpha(Walk walk, float sigma) {
  return intervalAlpha(walk.fresh ? LEAST_DENSITY : sigma, walk.sigma, walk.length);
}
