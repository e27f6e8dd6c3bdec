// What the tests of projects use of Babylon, in one module: imported anew it is a Babylon that no plugin has touched.
import '@babylonjs/core/Animations/animatable.js';
import '@babylonjs/core/Cameras/camera.js';
import '@babylonjs/core/Cameras/universalCamera.js';
import '@babylonjs/core/Loading/Plugins/babylonFileLoader.js';
import '@babylonjs/core/Materials/colorCurves.js';
import '@babylonjs/core/Materials/standardMaterial.js';
export { Animation } from '@babylonjs/core/Animations/animation.js';
export { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
export { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
export { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
export { ImportMeshAsync, AppendSceneAsync } from '@babylonjs/core/Loading/sceneLoader.js';
export { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
export { Logger } from '@babylonjs/core/Misc/logger.js';
export { SceneSerializer } from '@babylonjs/core/Misc/sceneSerializer.js';
export { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
export { MorphTargetManager } from '@babylonjs/core/Morph/morphTargetManager.js';
export { Scene } from '@babylonjs/core/scene.js';
