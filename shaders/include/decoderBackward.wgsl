// Back through the decoder at one point. Twin: runtime/render/backward/decodeBackward.ts. Needs softplus, decoder.

// dL/dlogit of every colour, from what the sample's colour counts for and the view's gradient.
fn colorLogitGradients(
  colors: array<vec4f, COLORS4>,
  share: f32,
  ray: u32,
) -> array<vec4f, COLORS4> {
  var gradients: array<vec4f, COLORS4>;
  for (var c = 0u; c < COLORS; c++) {
    let s = (colors[c / 4u][c % 4u] + 0.001) / 1.002; // the sigmoid
    gradients[c / 4u][c % 4u] = share * 2.0 * viewGradients[c * params.rayCount + ray] * 1.002 * s * (1.0 - s);
  }
  return gradients;
}

// dL/d(hidden unit h before its softplus).
fn hiddenGradient(
  features: ptr<function, array<vec4f, CHANNELS4>>,
  logits: ptr<function, array<vec4f, COLORS4>>,
  bySigma: f32,
  row: u32,
) -> f32 {
  var pre = decoder[row + CHANNELS4].x;
  for (var c = 0u; c < CHANNELS4; c++) {
    pre += dot(decoder[row + c], (*features)[c]);
  }
  var byUnit = decoder[row + CHANNELS4].y * bySigma;
  for (var c = 0u; c < COLORS4; c++) {
    byUnit += dot(decoder[row + CHANNELS4 + 1u + c], (*logits)[c]);
  }
  return byUnit / (1.0 + exp(-pre)); // softplus' = sigmoid
}
