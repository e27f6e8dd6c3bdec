// What a page's <script> of the package runs: everything it exports, put onto Babylon's own global as Babylon's packages do.
const babylon = require('babylonjs');

if (!babylon) throw new Error('babylon-personalized-head needs the global BABYLON. Load babylon.js before it.');
module.exports = Object.assign(babylon, require('../../dist/plugin/index.js'));
