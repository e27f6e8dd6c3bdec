// A picture's two textures, bottom row first, as shaders/fast/include/pixel.wgsl writes them. Twin: picture in test/render/pictureTwin.ts.
layout(location = 0) out vec4 pictureColor;    // multiplied by alpha
layout(location = 1) out vec4 pictureSurface;  // t along the ray, world units, and alpha

void writePixel(vec3 sum, float transmittance, float moment) {
  float alpha = clamp(1.0 - transmittance, 0.0, 1.0);
  pictureColor = vec4(clamp(sum, vec3(0.0), vec3(alpha)), alpha);
  pictureSurface = vec4(alpha > 0.0 ? moment / alpha : 0.0, alpha, 0.0, 0.0);
}
