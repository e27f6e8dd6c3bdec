// Plane features -> density and colours. Twin: runtime/render/decoder.ts.
//   hidden = softplus(W1 f + b1); density = W2[0] hidden + b2[0]; colour = sigmoid(W2[1..] hidden + b2[1..]) 1.002 - 0.001
// `decoder` is array<vec4f>: HIDDEN rows of [W1 row: CHANNELS4][b1, W2[0], 0, 0][W2[1..] column: COLORS4],
// then one row of the same length holding only the biases: [..][b2[0], 0, 0, 0][b2[1..]: COLORS4]. Needs softplus.
const DECODER_ROW: u32 = CHANNELS4 + 1u + COLORS4;

fn hiddenUnit(features: ptr<function, array<vec4f, CHANNELS4>>, row: u32) -> f32 {
  var sum = decoder[row + CHANNELS4].x;
  for (var c = 0u; c < CHANNELS4; c++) {
    sum += dot(decoder[row + c], (*features)[c]);
  }
  return softplus(sum);
}

// Density before its activation.
fn decodeDensity(features: ptr<function, array<vec4f, CHANNELS4>>) -> f32 {
  var density = decoder[HIDDEN * DECODER_ROW + CHANNELS4].x;
  for (var h = 0u; h < HIDDEN; h++) {
    let row = h * DECODER_ROW;
    density += decoder[row + CHANNELS4].y * hiddenUnit(features, row);
  }
  return density;
}

fn decodeColors(features: ptr<function, array<vec4f, CHANNELS4>>) -> array<vec4f, COLORS4> {
  var colors: array<vec4f, COLORS4>;
  for (var c = 0u; c < COLORS4; c++) {
    colors[c] = decoder[HIDDEN * DECODER_ROW + CHANNELS4 + 1u + c];
  }
  for (var h = 0u; h < HIDDEN; h++) {
    let row = h * DECODER_ROW;
    let unit = hiddenUnit(features, row);
    for (var c = 0u; c < COLORS4; c++) {
      colors[c] += unit * decoder[row + CHANNELS4 + 1u + c];
    }
  }
  for (var c = 0u; c < COLORS4; c++) {
    colors[c] = 1.002 / (1.0 + exp(-colors[c])) - 0.001;
  }
  return colors;
}
