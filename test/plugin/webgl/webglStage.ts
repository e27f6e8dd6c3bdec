import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Scene } from '@babylonjs/core/scene.js';
import { CreatePersonalizedHeadAsync, PersonalizedHead, type PersonalizedHeadMesh } from '../../../plugin/index.js';
import type { HeadImage } from '../../../plugin/image/headImage.js';

/** Pixels of the canvas, and of pictures. */
export const side = 48;

/** [side, side, 4], 0..255, top row first. */
export type Pixels = readonly number[];

/** A head of the embedded base before a camera, on Babylon's WebGL engine, in the test's page. */
export class WebglStage {
  readonly errors: string[] = [];
  /** What undoes what a scenario did. */
  private readonly _ends: (() => void)[] = [];

  private constructor(
    readonly engine: Engine,
    readonly scene: Scene,
    readonly camera: FreeCamera,
    readonly head: PersonalizedHeadMesh,
  ) {
    head.onErrorObservable.add(({ message }) => this.errors.push(message));
  }

  static async create(): Promise<WebglStage> {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = side;
    document.body.append(canvas);
    const engine = new Engine(canvas, false, { stencil: true, preserveDrawingBuffer: true });
    engine.setSize(side, side);
    const scene = new Scene(engine);
    scene.clearColor = new Color4(0, 0, 0.4, 1);
    const camera = new FreeCamera('camera', new Vector3(0, 0, -1.4), scene);
    camera.setTarget(Vector3.Zero());
    camera.fov = 0.5;
    camera.minZ = 0.05;
    camera.maxZ = 20;
    const quality = { resolution: side, movingResolution: side };
    const options = { seed: 2, quality, wasmPaths: 'ort/' };
    const head = await CreatePersonalizedHeadAsync('head', 'assets/base.safetensors', scene, options);
    return new WebglStage(engine, scene, camera, head);
  }

  get gl(): WebGL2RenderingContext {
    return this.engine._gl;
  }

  get image(): HeadImage {
    return PersonalizedHead.Of(this.head)!.image!;
  }

  get showsImage(): boolean {
    return PersonalizedHead.Of(this.head)!.showsImage;
  }

  end(...ends: (() => void)[]): void {
    this._ends.push(...ends);
  }

  undo(): void {
    for (const end of this._ends.splice(0).reverse()) end();
  }

  async frame(): Promise<void> {
    this.engine.beginFrame();
    this.scene.render();
    this.engine.endFrame();
    // Shaders compile, and networks run, beside the page.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  /** Draws until the newest face and all shaders are there. */
  async rest(): Promise<void> {
    await this.head.whenSettledAsync();
    for (let i = 0; i < 200 && !this.scene.isReady(); i++) await this.frame();
    for (let i = 0; i < 6; i++) await this.frame();
  }

  async shot(): Promise<Pixels> {
    await this.rest();
    const { gl } = this;
    const [width, height] = [this.engine.getRenderWidth(), this.engine.getRenderHeight()];
    const data = new Uint8Array(4 * width * height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
    return Array.from({ length: height }, (_, y) => [
      ...data.subarray(4 * width * (height - 1 - y), 4 * width * (height - y)),
    ]).flat();
  }

  box(name: string, color: Color3, size: number, position: Vector3): Mesh {
    const mesh = CreateBox(name, { size }, this.scene);
    mesh.position = position;
    const material = new StandardMaterial(name, this.scene);
    material.disableLighting = true;
    material.emissiveColor = color;
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    mesh.material = material;
    this.end(() => mesh.dispose(false, true));
    return mesh;
  }
}
