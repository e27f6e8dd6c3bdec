// Colour and density of a point from folded planes. Twin: FoldedField in runtime/render/fast/foldedPlanes.ts.
// Needs params, softplus, decoder; `folded` is array<vec4f>, [3][H][W][HIDDEN4], written by fast/foldPlanes.

// Lookups this near to a texel's centre are taken for it, in texels: a grid on the texels needs one tap of four.
const SNAP: f32 = 1.0 / 1024.0;

// Red, green, blue, and density before its activation.
fn decodeFolded(point: vec3f) -> vec4f {
  var tap: array<u32, 12>;
  var weight: array<f32, 12>;
  var taps = 0u;
  let size = vec2f(f32(params.planeWidth), f32(params.planeHeight));
  for (var plane = 0u; plane < 3u; plane++) {
    let place = vec2f(
      dot(params.planeRows[2u * plane].xyz, point),
      dot(params.planeRows[2u * plane + 1u].xyz, point),
    );
    let exact = clamp(((place + 1.0) * size - 1.0) * 0.5, vec2f(-2.0), size + 1.0);
    let grid = floor(exact / SNAP + 0.5) * SNAP;
    let corner = floor(grid);
    for (var i = 0u; i < 4u; i++) {
      let texel = corner + vec2f(f32(i & 1u), f32(i >> 1u));
      let near = 1.0 - abs(grid - texel);
      if (near.x * near.y == 0.0 || any(texel < vec2f(0.0)) || any(texel >= size)) {
        continue;
      }
      tap[taps] = ((plane * params.planeHeight + u32(texel.y)) * params.planeWidth + u32(texel.x)) * HIDDEN4;
      weight[taps] = near.x * near.y;
      taps++;
    }
  }
  let biases = HIDDEN * DECODER_ROW + CHANNELS4;
  var out = vec4f(decoder[biases + 1u].xyz, decoder[biases].x);
  for (var q = 0u; q < HIDDEN4; q++) {
    var units = vec4f(0.0);
    for (var i = 0u; i < taps; i++) {
      units += weight[i] * folded[tap[i] + q];
    }
    for (var k = 0u; k < 4u; k++) {
      if (4u * q + k >= HIDDEN) {
        break;
      }
      let row = (4u * q + k) * DECODER_ROW + CHANNELS4;
      out += softplus(units[k] + decoder[row].x) * vec4f(decoder[row + 1u].xyz, decoder[row].y);
    }
  }
  return vec4f(1.002 / (1.0 + exp(-out.xyz)) - 0.001, out.w);
}

// Centre of a cell of a grid over the planes' cube, world units.
fn gridCentre(cell: vec3u, count: u32) -> vec3f {
  return ((2.0 * vec3f(cell) + 1.0) / f32(count) - 1.0) * params.halfBox;
}
