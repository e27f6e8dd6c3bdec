// Writes a pixel of a picture, as render/picture does: bottom row first, colours multiplied by alpha.
// Twin: picture in test/render/pictureTwin.ts. Needs params; `color` rgba8unorm and `depth` rg32float are bound by the kernel.
fn writePixel(index: u32, value: vec4f, t: f32) {
  let side = params.resolution;
  let place = vec2u(index % side, side - 1u - index / side);
  let alpha = clamp(value.a, 0.0, 1.0);
  textureStore(color, place, vec4f(clamp(value.rgb, vec3f(0.0), vec3f(alpha)), alpha));
  textureStore(depth, place, vec4f(t, alpha, 0.0, 0.0));
}
