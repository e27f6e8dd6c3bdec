// What every program is told, byte for byte the block of shaders/include/params.wgsl. Layout twin: runtime/render/gpu/params.ts.
// Sizes are constants, prepended by runtime/render/webgl/glProgram.ts:
//   CHANNELS feature channels of a plane, CHANNELS4 the same in vec4s, HIDDEN and HIDDEN4 decoder units, BRICKS bricks an axis,
//   CELLS_WIDTH and BRICKS_WIDTH of the textures that hold cells and bricks by number, DEPTHS coarse samples of the exact march,
//   EDGE_SAMPLES of refine, DECODER_SIZE vec4s of the decoder.
layout(std140) uniform RenderParams {
  vec4 cameraRow0;      // cam2world, row-major
  vec4 cameraRow1;
  vec4 cameraRow2;
  vec4 focalCenter;     // fx, fy, cx, cy, in units of the image side
  vec4 planeRows[6];    // rows 2 p and 2 p + 1: a point's place across and down plane p, 2 / boxWarp folded in
  float skew;
  float halfBox;        // world units
  float rayStart;       // world units
  float rayEnd;
  uint resolution;      // image side, pixels
  uint rayCount;
  uint tileFirst;
  uint tileCount;
  uint tileStride;
  uint planeWidth;
  uint planeHeight;
  uint flags;           // FLAG_*
  uint jitterKey;
  uint importanceKey;
  float minWeight;
  float pad;
  vec3 cropHalf;        // half sides of the box that FLAG_CROP cuts rays to, world units
} params;

const uint FLAG_AUTO_BOUNDS = 1u;
const uint FLAG_CROP = 16u;

// Where a thing with a number lies in a texture of that width.
ivec2 texelOf(int index, int width) {
  return ivec2(index % width, index / width);
}

// The number of the texel that is being written.
int ownIndex(int width) {
  ivec2 place = ivec2(gl_FragCoord.xy);
  return place.y * width + place.x;
}
