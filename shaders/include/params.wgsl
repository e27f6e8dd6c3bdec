// What every render kernel is told. Layout twin: runtime/render/gpu/params.ts.
// Sizes that arrays are made of are constants, prepended by runtime/render/gpu/shaderModule.ts:
//   CHANNELS4 feature vec4s a texel, HIDDEN decoder units, COLORS colour channels, COLORS4 = ceil(COLORS / 4),
//   DEPTHS coarse samples a ray, FINE importance samples a ray (0: none).
struct RenderParams {
  cameraRow0: vec4f,      // cam2world, row-major
  cameraRow1: vec4f,
  cameraRow2: vec4f,
  focalCenter: vec4f,     // fx, fy, cx, cy, in units of the image side
  planeRows: array<vec4f, 6>, // rows 2 p and 2 p + 1: a point's place across and down plane p, 2 / boxWarp folded in
  skew: f32,
  halfBox: f32,           // world units
  rayStart: f32,          // world units
  rayEnd: f32,
  resolution: u32,        // image side, pixels
  rayCount: u32,          // rays of the image
  tileFirst: u32,         // first ray of this tile
  tileCount: u32,         // rays of this tile
  tileStride: u32,        // rays between two samples of the samples buffer
  planeWidth: u32,
  planeHeight: u32,
  flags: u32,             // FLAG_*
  jitterKey: u32,
  importanceKey: u32,
  minWeight: f32,
  _pad: f32,
  cropHalf: vec3f,        // half sides of the box that FLAG_CROP cuts rays to, world units
}

const FLAG_AUTO_BOUNDS: u32 = 1u;
const FLAG_DISPARITY: u32 = 2u;
const FLAG_WHITE: u32 = 4u;
const FLAG_HASHED: u32 = 8u;
const FLAG_CROP: u32 = 16u;

// A ray and the bounds of its samples, world units. A ray that misses the box has end < start.
struct Ray {
  origin: vec3f,
  start: f32,
  direction: vec3f,
  end: f32,
}
