// A view as textures that materials sample, bottom row first:
//   color = (clamp((c + 1) / 2, 0, a), a): display values (sRGB) multiplied by alpha;  depth = (t, alpha), t along the ray
// where c is the view itself or, of another side, its super-resolved image, and a the view's alpha, bilinear between rays.
// Buffers: colors f32 [3, S, S] (further channels follow); surface vec2f [R, R], see render/march.
//   color rgba8unorm S x S; depth rg32float R x R.
// Threads: one per texel of the larger. Twin: picture in test/render/pictureTwin.ts.
struct PictureParams {
  colorSide: u32, // S
  depthSide: u32, // R
}

@group(0) @binding(0) var<uniform> params: PictureParams;
@group(0) @binding(1) var<storage, read> colors: array<f32>;
@group(0) @binding(2) var<storage, read> surface: array<vec2f>;
@group(0) @binding(3) var color: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(4) var depth: texture_storage_2d<rg32float, write>;

fn alphaAt(x: i32, y: i32) -> f32 {
  let last = i32(params.depthSide) - 1;
  return surface[u32(clamp(y, 0, last)) * params.depthSide + u32(clamp(x, 0, last))].y;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = id.x;
  let y = id.y;
  let sides = params;
  if (x < sides.colorSide && y < sides.colorSide) {
    let place = (vec2f(id.xy) + 0.5) * (f32(sides.depthSide) / f32(sides.colorSide)) - 0.5;
    let low = vec2i(floor(place));
    let share = place - floor(place);
    let above = mix(alphaAt(low.x, low.y), alphaAt(low.x + 1, low.y), share.x);
    let below = mix(alphaAt(low.x, low.y + 1), alphaAt(low.x + 1, low.y + 1), share.x);
    let alpha = clamp(mix(above, below, share.y), 0.0, 1.0);
    let pixels = sides.colorSide * sides.colorSide;
    let pixel = y * sides.colorSide + x;
    let value = 0.5 + 0.5 * vec3f(colors[pixel], colors[pixels + pixel], colors[2 * pixels + pixel]);
    textureStore(color, vec2u(x, sides.colorSide - 1 - y), vec4f(clamp(value, vec3f(0.0), vec3f(alpha)), alpha));
  }
  if (x < sides.depthSide && y < sides.depthSide) {
    let hit = surface[y * sides.depthSide + x];
    textureStore(depth, vec2u(x, sides.depthSide - 1 - y), vec4f(hit, 0.0, 0.0));
  }
}
