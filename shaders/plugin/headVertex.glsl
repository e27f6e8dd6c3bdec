// The quad that carries a head's picture, in Babylon's GLSL: what headVertex.wgsl does, and says, on WebGL 2.
// Buffers: none. Threads: one per corner. Twin: quadPoint in plugin/image/headCamera.ts.
precision highp float;
attribute vec3 position;
attribute vec2 uv;

uniform mat4 world;
uniform mat4 viewProjection;
uniform vec3 right;
uniform vec3 down;
uniform float mirror;
uniform float shown;

varying vec3 vPoint;
varying vec2 vUv;

void main(void) {
  // Bottom row first, as Babylon's textures are.
  vec3 point = position + shown * ((uv.x - 0.5) * right + (0.5 - uv.y) * down);
  vPoint = point;
  vUv = uv;
  gl_Position = viewProjection * world * vec4(point.xy, mirror * point.z, 1.0);
}
