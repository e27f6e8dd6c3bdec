// Stands for @babylonjs/serializers, whose script adds to Babylon's global: asked for when the first head is exported.
const babylon = require('babylonjs');

if (!babylon.GLTF2Export) throw new Error('There is no BABYLON.GLTF2Export. Load babylonjs.serializers.min.js before.');
module.exports = babylon;
