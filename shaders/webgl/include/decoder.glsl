// The decoder's numbers, packed as shaders/include/decoder.wgsl says. Twin: packDecoder in runtime/render/gpu/decoderBuffer.ts.
layout(std140) uniform DecoderBlock {
  vec4 decoder[DECODER_SIZE];
};

const int DECODER_ROW = CHANNELS4 + 2;
const int BIASES = HIDDEN * DECODER_ROW + CHANNELS4;

// Densities (before activation) that a voxel's 8 bits span. Constants of shaders/fast/include/voxels.wgsl.
const float LEAST_DENSITY = -100.0;
const float DENSITY_SPAN = 250.0;

// What the sums begin with: red, green, blue, density.
vec4 outputBias() {
  return vec4(decoder[BIASES + 1].xyz, decoder[BIASES].x);
}

// What hidden unit h adds to them, for one of it.
vec4 outputWeight(int h) {
  int row = h * DECODER_ROW + CHANNELS4;
  return vec4(decoder[row + 1].xyz, decoder[row].y);
}

// From the sums: colours 0..1, and density before its activation.
vec4 activated(vec4 sums) {
  return vec4(1.002 / (1.0 + exp(-sums.xyz)) - 0.001, sums.w);
}
