/** The plugin with all of Babylon that it draws with and that saved heads are read by; importing it registers heads with Babylon's loaders. */
// Babylon 9.12's engine comes without: depth of render targets and shadow maps.
import '@babylonjs/core/Engines/AbstractEngine/abstractEngine.texture.js';
import '@babylonjs/core/Engines/webgpuEngine.js';
// Babylon 9.12 reads no saved material without it.
import '@babylonjs/core/Materials/imageProcessingConfiguration.js';
import '@babylonjs/core/Materials/shaderMaterial.js';
import '@babylonjs/core/Materials/standardMaterial.js';
import '@babylonjs/core/Meshes/mesh.js';
import '@babylonjs/core/Meshes/transformNode.js';
import { RegisterPersonalizedHead } from './node/registerHeads.js';

RegisterPersonalizedHead();

export * from './pure.js';
