/** The plugin with all of Babylon that it draws with. */
import '@babylonjs/core/Engines/webgpuEngine.js';
import '@babylonjs/core/Materials/shaderMaterial.js';
import '@babylonjs/core/Meshes/mesh.js';
export * from './pure.js';
