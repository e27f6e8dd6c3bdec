// Densities (before activation) that a voxel's 8 bits span. Twin: densityRange in runtime/render/fast/bakeSettings.ts.
const LEAST_DENSITY: f32 = -100.0;
const DENSITY_SPAN: f32 = 250.0;
