/** The plugin with all of Babylon that it draws with and that saved heads are read by; importing it registers heads with Babylon's loaders. */
import '@babylonjs/core/Engines/webgpuEngine.js';
import '@babylonjs/core/Materials/shaderMaterial.js';
import '@babylonjs/core/Materials/standardMaterial.js';
import '@babylonjs/core/Meshes/mesh.js';
import '@babylonjs/core/Meshes/transformNode.js';
import { RegisterPersonalizedHead } from './node/registerHeads.js';

RegisterPersonalizedHead();

export * from './pure.js';
