import { Constants } from '@babylonjs/core/Engines/constants.js';
import { ImageProcessingConfiguration } from '@babylonjs/core/Materials/imageProcessingConfiguration.pure.js';
import type { IImageProcessingConfigurationDefines } from '@babylonjs/core/Materials/imageProcessingConfiguration.defines.js';
import { ShaderLanguage } from '@babylonjs/core/Materials/shaderLanguage.js';
import { ShaderMaterial } from '@babylonjs/core/Materials/shaderMaterial.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { headFragment as glslFragment } from '../../shaders/plugin/headFragment.glsl.generated.js';
import { headFragment } from '../../shaders/plugin/headFragment.wgsl.generated.js';
import { headVertex as glslVertex } from '../../shaders/plugin/headVertex.glsl.generated.js';
import { headVertex } from '../../shaders/plugin/headVertex.wgsl.generated.js';
// The includes of Babylon's that the fragment shaders name.
import '@babylonjs/core/Shaders/ShadersInclude/helperFunctions.js';
import '@babylonjs/core/Shaders/ShadersInclude/imageProcessingDeclaration.js';
import '@babylonjs/core/Shaders/ShadersInclude/imageProcessingFunctions.js';
import '@babylonjs/core/ShadersWGSL/ShadersInclude/helperFunctions.js';
import '@babylonjs/core/ShadersWGSL/ShadersInclude/imageProcessingDeclaration.js';
import '@babylonjs/core/ShadersWGSL/ShadersInclude/imageProcessingFunctions.js';

const uniforms = [
  'world',
  'viewProjection',
  'right',
  'down',
  'mirror',
  'shown',
  'eye',
  'tint',
  'opacity',
  'neckline',
  'fog',
  'fogFrom',
  'fogColor',
  'logDepth',
];

/** Newer than Babylon 9.12, which leaves white balance off. */
type ProcessingDefines = IImageProcessingConfigurationDefines & { WHITEBALANCE: boolean };

function noProcessing(): ProcessingDefines {
  return {
    IMAGEPROCESSING: false,
    WHITEBALANCE: false,
    VIGNETTE: false,
    VIGNETTEBLENDMODEMULTIPLY: false,
    VIGNETTEBLENDMODEOPAQUE: false,
    TONEMAPPING: 0,
    CONTRAST: false,
    EXPOSURE: false,
    COLORCURVES: false,
    COLORGRADING: false,
    COLORGRADING3D: false,
    SAMPLER3DGREENDEPTH: false,
    SAMPLER3DBGRMAP: false,
    DITHER: false,
    IMAGEPROCESSINGPOSTPROCESS: false,
    SKIPFINALCOLORCLAMP: false,
  };
}

/** What the scene does to the colours of its materials, as preprocessor lines. */
export function processingDefines(scene: Pick<Scene, 'imageProcessingConfiguration'>): string[] {
  const defines = noProcessing();
  scene.imageProcessingConfiguration.prepareDefines(defines);
  // A post-process takes linear light.
  if (defines.IMAGEPROCESSINGPOSTPROCESS) return ['#define LINEAR'];
  if (!defines.IMAGEPROCESSING) return [];
  return Object.entries(defines)
    .filter(([name, value]) => name === 'TONEMAPPING' || (value !== false && value !== 0))
    .map(([name, value]) => (value === true ? `#define ${name}` : `#define ${name} ${Number(value)}`));
}

/** The material of a head's quad: premultiplied, with a depth of its own in every pixel. */
export class QuadMaterial extends ShaderMaterial {
  private _processing = '';

  constructor(name: string, scene: Scene) {
    const all: ProcessingDefines = { ...noProcessing() };
    for (const key of [
      'WHITEBALANCE',
      'VIGNETTE',
      'CONTRAST',
      'EXPOSURE',
      'COLORCURVES',
      'COLORGRADING',
      'DITHER',
    ] as const) {
      all[key] = true;
    }
    const [names, samplers] = [[...uniforms], ['picture', 'surface']];
    ImageProcessingConfiguration.PrepareUniforms(names, all);
    ImageProcessingConfiguration.PrepareSamplers(samplers, all);
    const { isWebGPU } = scene.getEngine();
    const [vertex, fragment] = isWebGPU ? [headVertex, headFragment] : [glslVertex, glslFragment];
    super(
      name,
      scene,
      { vertexSource: vertex.text, fragmentSource: fragment.text },
      {
        attributes: ['position', 'uv'],
        uniforms: names,
        samplers,
        defines: [],
        shaderLanguage: isWebGPU ? ShaderLanguage.WGSL : ShaderLanguage.GLSL,
        needAlphaBlending: true,
      },
    );
    this.alphaMode = Constants.ALPHA_PREMULTIPLIED;
    this.backFaceCulling = false;
    // What is drawn later and stands behind the head (glass, particles) is hidden by it too.
    this.forceDepthWrite = true;
    this.doNotSerialize = true;
    this.onBindObservable.add(() => {
      const effect = this.getEffect();
      const { imageProcessingConfiguration: processing } = scene;
      if (this._processing.includes('IMAGEPROCESSING')) processing.bind(effect);
    });
  }

  /** Follows the scene's image processing. Returns whether it changed, and with it the shader. */
  followProcessing(): boolean {
    const lines = processingDefines(this.getScene());
    const text = lines.join('\n');
    if (text === this._processing) return false;
    this._processing = text;
    // Babylon compares the joined lines, so a new list is a new shader.
    this.options.defines = lines;
    return true;
  }
}
