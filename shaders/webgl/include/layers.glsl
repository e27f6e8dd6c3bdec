// Four layers of a texture are written at a time, as many targets as every WebGL 2 has. Twin: GlDevice.layers in runtime/render/webgl/glDevice.ts.
uniform int first;
layout(location = 0) out vec4 layer0;
layout(location = 1) out vec4 layer1;
layout(location = 2) out vec4 layer2;
layout(location = 3) out vec4 layer3;
