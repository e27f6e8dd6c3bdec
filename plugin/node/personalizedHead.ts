import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.pure.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { Observable, type Observer } from '@babylonjs/core/Misc/observable.pure.js';
import type { Node } from '@babylonjs/core/node.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import type { HeadPose } from '../behaviors/expressive.js';
import type { HeadImage } from '../image/headImage.js';
import { renderQualities, type RenderQuality } from '../image/renderQuality.js';
import { hasOwnPasses } from '../image/meshPasses.js';
import type { HeadFiles } from '../loading/headFiles.js';
import { exportHeadGLBAsync } from '../export/exportHead.js';
import { ShapeError } from '../../runtime/core/errors.js';
import { kindOf, numberOf } from '../../runtime/core/kindOf.js';
import { attributeValues } from './attributes.js';
import { castsShadow } from './castsShadow.js';
import { Expression } from './expression.js';
import { namesOfGroup, type ExpressionGroup } from '../vocabulary/expressionGroups.js';
import type { GivenAmounts } from '../vocabulary/givenAmounts.js';
import { HeadLoad, type HeadLoadRequest } from './headLoad.js';
import { inspectableProperties } from './inspectable.js';
import { FaceLatent } from './faceLatent.js';
import { expectNumbers, memberNumber, tellMember } from './memberNumber.js';
import { copyMetadata, type DisplayOptions, type HeadLook, type LatentWeights } from './metadata.js';
import { amountsOf, applyDisplay, type OpenedImage } from './openImage.js';
import { PoseNode } from './pose.js';
import type { HeadProxy } from '../../runtime/proxy/proxy.js';
import { applyProxy } from './proxyMesh.js';
import { ProxyMaterial } from './proxyMaterial.js';
import { registry } from '../registry.js';
import type { SceneHeads } from './sceneHeads.js';

/** What a head has given its mesh. */
export interface DefinedMembers {
  readonly names: readonly string[];
  /** Takes them away again. */
  remove(): void;
}

/**
 * What makes a mesh a head: keeps its neural image at what its morph targets, pose node and metadata say, or shows the
 * mesh where there is none. Attached to meshes, never constructed by users.
 */
export class PersonalizedHead {
  readonly onReadyObservable = new Observable<PersonalizedHead>(undefined, true);
  readonly onErrorObservable = new Observable<Error>(undefined, true);
  private readonly _scene: Scene;
  private readonly _attributes: Record<string, number>;
  private readonly _expression: Expression;
  private readonly _latent: FaceLatent;
  private readonly _pose: PoseNode;
  private readonly _load: HeadLoad;
  private readonly _frameObserver: Observer<Scene>;
  private readonly _disposeObserver: Observer<Node>;
  private readonly _drawObserver: Observer<Mesh>;
  private readonly _drawnObserver: Observer<Mesh>;
  private readonly _members: DefinedMembers;
  private _material: ProxyMaterial | null = null;
  private _proxy: HeadProxy | null = null;
  /** The mesh's id that its targets and nodes are named after. */
  private _namedAfter = '';
  private _outlined = false;
  private _dirty = true;
  private _faceDirty = true;
  private _failed = false;
  private _disposed = false;

  /** @internal Use `attachHead`. */
  constructor(
    readonly mesh: Mesh,
    /** What it is loaded with. */
    readonly request: HeadLoadRequest,
    private readonly _heads: SceneHeads,
    defineMembers: (mesh: Mesh, head: PersonalizedHead) => DefinedMembers,
  ) {
    this._scene = mesh.getScene();
    registry().heads.set(mesh, this);
    this._latent = new FaceLatent(mesh, () => this._markFaceDirty());
    this._attributes = attributeValues(
      () => this._latent.metadata,
      () => this._load.opened?.attributes.keys() ?? [],
      () => this.markAsDirty(),
      (name, value) => tellMember(mesh, `attributes.${name.slice(0, 60)}`, 'an amount', value),
    );
    this._expression = new Expression(
      mesh,
      () => this.markAsDirty(),
      // Another manager brings targets whose displacements were not saved.
      () => this._proxy && applyProxy(mesh, this._expression, this._proxy),
    );
    this._pose = new PoseNode(mesh);
    this._members = defineMembers(mesh, this);
    mesh.inspectableCustomProperties = inspectableProperties(this._latent.metadata.url === undefined);
    this._load = new HeadLoad(mesh, request, {
      onFiles: (files) => this._applyFiles(files),
      onImage: (opened) => this._openAsync(opened),
      onReady: () => this._ready(),
      onError: (error) => this._fail(error),
    });
    this._heads.add(this);
    // Before the image renders itself for the frame, after everything that moves things.
    this._frameObserver = this._scene.onBeforeRenderTargetsRenderObservable.add(() => this._frame(), -1, true);
    this._disposeObserver = mesh.onDisposeObservable.add(() => this.dispose());
    this._drawObserver = mesh.onBeforeRenderObservable.add(() => this._draw());
    this._drawnObserver = mesh.onAfterRenderObservable.add(() => this._drawn());
    if (request.files) this._applyFiles(request.files);
    if (this._scene.meshes.includes(mesh)) this.resume();
  }

  /** The head that a mesh is; null where it is none. */
  static Of(mesh: AbstractMesh): PersonalizedHead | null {
    return (registry().heads.get(mesh) as PersonalizedHead | undefined) ?? null;
  }

  /** @internal What the mesh has beside what every mesh has. */
  get memberNames(): readonly string[] {
    return this._members.names;
  }

  get expression(): Record<string, number> {
    return this._expression.values;
  }
  get pose(): HeadPose {
    return this._pose.values;
  }
  get poseNode(): TransformNode {
    return this._pose.node;
  }

  /** @internal Brings the mesh to where its pose node is. */
  followPose(): void {
    this._pose.update();
  }

  get latent(): LatentWeights {
    return this._latent.latent;
  }
  set latent(weights: ArrayLike<number> | Readonly<LatentWeights>) {
    this._latent.setLatent(weights);
  }
  /** Amounts of the base's attributes, by name. */
  get attributes(): Record<string, number> {
    return this._attributes;
  }
  set attributes(amounts: Readonly<Record<string, number>>) {
    const given: unknown = amounts;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new ShapeError(
        'head/attributes',
        `attributes: expected amounts by name, { age: 0.5 }, got ${kindOf(given)}. Nothing was changed.`,
      );
    }
    const numbers = expectNumbers('attributes', Object.entries(given));
    for (const name of Object.keys(this._attributes)) this._attributes[name] = 0;
    Object.assign(this._attributes, Object.fromEntries(numbers));
  }
  get latentMix(): number {
    return this._latent.latentMix;
  }
  set latentMix(mix: number) {
    this._latent.latentMix = mix;
  }
  get looks(): readonly [HeadLook | null, HeadLook | null] {
    return this._latent.looks;
  }
  set looks(looks: readonly [HeadLook | null, HeadLook | null]) {
    this._latent.looks = looks;
  }
  get seed(): number {
    return this._latent.seed;
  }
  set seed(seed: number) {
    this._latent.seed = seed;
  }
  /** The face of now as a look to mix with. */
  look(): HeadLook {
    return this._latent.look();
  }

  /** The mean of a group's expressions. */
  getGroup(group: ExpressionGroup): number {
    const names = namesOfGroup('getGroup', group);
    return names.reduce((sum, name) => sum + this._expression.get(name), 0) / names.length;
  }
  setGroup(group: ExpressionGroup, amount: number): void {
    for (const name of namesOfGroup('setGroup', group)) this._expression.set(name, amount);
  }
  setExpression(amounts: GivenAmounts): void {
    this._expression.setAll(amounts);
  }

  get texture(): BaseTexture | null {
    return this.image?.texture ?? null;
  }
  get depthTexture(): BaseTexture | null {
    return this.image?.depthTexture ?? null;
  }
  get renderScale(): number | 'auto' {
    return this._display.renderScale ?? 'auto';
  }
  set renderScale(scale: number | 'auto') {
    const given = scale === 'auto' ? scale : numberOf(scale);
    if (given === 'auto' || (given !== undefined && given > 0)) this._setDisplay({ renderScale: given });
    else tellMember(this.mesh, 'renderScale', "'auto' or a number above 0", scale);
  }
  get quality(): RenderQuality {
    return this._display.quality ?? 'auto';
  }
  set quality(quality: RenderQuality) {
    if (renderQualities.includes(quality)) this._setDisplay({ quality });
    else tellMember(this.mesh, 'quality', renderQualities.join(', '), quality);
  }
  get tint(): readonly [number, number, number] {
    return this._display.tint ?? [1, 1, 1];
  }
  set tint(tint: readonly [number, number, number]) {
    const given: unknown = tint;
    const factors = (Array.isArray(given) ? (given as unknown[]) : []).map(numberOf);
    const [red, green, blue] = factors;
    if (factors.length !== 3 || red === undefined || green === undefined || blue === undefined) {
      tellMember(this.mesh, 'tint', 'three factors, [1, 0.9, 0.8]', given);
    } else this._setDisplay({ tint: [red, green, blue] });
  }
  get exposure(): number {
    return this._display.exposure ?? 1;
  }
  set exposure(exposure: number) {
    const given = memberNumber(this.mesh, 'exposure', exposure);
    if (given !== undefined) this._setDisplay({ exposure: given });
  }

  /** Is the neural image wanted where it can be had? false: always the mesh. */
  get imageEnabled(): boolean {
    return this._display.image ?? this.request.options.image ?? true;
  }
  set imageEnabled(image: boolean) {
    if (image === this.imageEnabled) return;
    this._setDisplay({ image });
    // It is not loaded while it is not wanted.
    if (!image || !this.isReady() || this.image) return;
    this.pause();
    this.resume();
  }

  /** Is it what the mesh is drawn with unless the user gives it another material? */
  owns(material: Mesh['material']): boolean {
    return material !== null && material === this._material?.material;
  }
  /** The neural image; null where the mesh is shown instead. */
  get image(): HeadImage | null {
    return this._load.opened?.image ?? null;
  }
  /** Is the neural image on show? */
  get showsImage(): boolean {
    return this.image?.showsImage ?? false;
  }
  /** Are files or networks on their way? */
  get loading(): boolean {
    return this._load.loading;
  }
  /** Is everything there, neural image or fallback? */
  isReady(): boolean {
    return this._load.ready;
  }
  whenReadyAsync(): Promise<void> {
    return this._load.whenReadyAsync();
  }
  /** Settles when the next frame shows the newest face. */
  async whenSettledAsync(): Promise<void> {
    this._frame();
    const { opened } = this._load;
    if (opened) await settledAsync(opened);
  }

  /** The mesh has been given another morph target manager. */
  rebind(): void {
    if (!this._disposed && !this.mesh.isDisposed() && this.mesh.morphTargetManager) this._expression.bind();
  }
  /** The mesh as a GLB file. */
  exportGLBAsync(): Promise<Blob> {
    // A material of the user's own has textures of its own.
    const { texture } = this._proxy ?? {};
    return exportHeadGLBAsync(this.mesh, texture && this.owns(this.mesh.material) ? { texture } : {});
  }

  /** Has the image look at everything anew before the next frame. */
  markAsDirty(): void {
    this._dirty = true;
  }

  /** The mesh is in its scene: the image comes back. */
  resume(): void {
    if (!this._disposed) this._load.resume(this._latent.metadata);
  }
  /** The mesh has left its scene: the image's graphics memory is given back, all settings are kept. */
  pause(): void {
    this._load.pause();
    if (!this._disposed) this._follow(null);
  }

  /** Takes the head off its mesh. With the mesh disposed nothing is left; else it stays a plain mesh. */
  dispose(): void {
    if (this._disposed) return;
    this._disposed = true;
    this._frameObserver.remove();
    this._disposeObserver.remove();
    this._drawObserver.remove();
    this._drawnObserver.remove();
    this._load.dispose();
    this._material?.dispose();
    const gone = this.mesh.isDisposed();
    this._expression.dispose(gone);
    this._pose.dispose(gone);
    if (!gone && this.owns(this.mesh.material)) this.mesh.material = null;
    this._members.remove();
    this._heads.remove(this);
    registry().heads.delete(this.mesh);
    this.onReadyObservable.clear();
    this.onErrorObservable.clear();
  }

  private get _display(): DisplayOptions {
    return this._latent.metadata.options ?? {};
  }
  private _setDisplay(change: DisplayOptions): void {
    const { metadata } = this._latent;
    metadata.options = { ...metadata.options, ...change };
    if (this.image) applyDisplay(this.image, metadata.options);
  }

  private _markFaceDirty(): void {
    this._faceDirty = true;
    this._dirty = true;
  }

  private _applyFiles(files: HeadFiles): void {
    const { mesh } = this;
    applyProxy(mesh, this._expression, files.proxy);
    this._proxy = files.proxy;
    this._material ??= new ProxyMaterial(mesh, files.proxy, this._heads.textures);
    // A material of the user's own stays.
    if (!mesh.material || mesh.material === this.request.borrowedMaterial) {
      // Babylon declares its materials as mixins, which the rule takes for another class.
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
      mesh.material = this._material.material;
    }
    const { metadata } = this._latent;
    metadata.base = { ...metadata.base, hash: files.proxy.baseHash };
    this._latent.anchorCount = this._load.anchorCount;
  }

  private _ready(): void {
    if (!this.image) this._follow(null);
    this.onReadyObservable.notifyObservers(this);
  }

  private async _openAsync(opened: OpenedImage): Promise<void> {
    const { image } = opened;
    applyDisplay(image, this._display);
    image.onErrorObservable.add((error) => this._fail(error));
    image.onShowChangedObservable.add(() => this._follow(image));
    this._markFaceDirty();
    this._bringToImage();
    await settledAsync(opened);
  }

  /** A scene must not stop because of a head. */
  private _frame(): void {
    try {
      this._expression.bind();
      this.rename();
      this._pose.update();
      this._freeze(this.image);
      this._bringToImage();
    } catch (error) {
      if (this._failed) return;
      this._failed = true;
      this._fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /**
   * Names targets and nodes after the mesh. Not called before a frame by itself: until then the groups of a scene that is
   * read look for ids as they were saved.
   * @internal
   */
  rename(): void {
    const { id } = this.mesh;
    if (id === this._namedAfter) return;
    this._namedAfter = id;
    this._expression.renameTargets();
    this._pose.renameNodes();
  }

  private _bringToImage(): void {
    const { opened } = this._load;
    if (!opened || !this._dirty) return;
    this._dirty = false;
    const { metadata } = this._latent;
    opened.image.amounts = amountsOf(opened, (name) => this._expression.get(name), metadata.attributes);
    if (!this._faceDirty) return;
    this._faceDirty = false;
    opened.face.run(copyMetadata(metadata)).catch((error: unknown) => {
      this._faceDirty = true;
      this._fail(error as Error);
    });
  }

  /** The image came or went for one camera or another. */
  private _follow(image: HeadImage | null): void {
    // What failed while the image was away is tried again.
    this._dirty = true;
    this._freeze(image);
  }

  /** Where nothing that is seen is made of the mesh, the graphics card does not get its displacements: 2.5 MB a head. */
  private _freeze(image: HeadImage | null): void {
    this._expression.frozen =
      image !== null &&
      !image.needsMesh &&
      !castsShadow(this.mesh) &&
      !hasOwnPasses(this._scene) &&
      !this.mesh.renderOutline;
  }

  /** The mesh stays in the scene for shadows and picking, but is not seen by a camera that sees the image. */
  private _draw(): void {
    const camera = this._scene.activeCamera;
    const imaged = camera ? (this.image?.isShownTo(camera) ?? false) : false;
    this._material?.beginDraw(imaged);
    // Babylon's outline is drawn around the image, but its depth, which lies before the image's, is not written.
    this._outlined = imaged && this.mesh.renderOutline;
    if (this._outlined) this._scene.getEngine().setDepthWrite(false);
  }

  private _drawn(): void {
    this._material?.endDraw();
    if (this._outlined) this._scene.getEngine().setDepthWrite(true);
    this._outlined = false;
  }

  private _fail(error: Error): void {
    Logger.Error(`${this.mesh.name}: ${error.message}`);
    this.onErrorObservable.notifyObservers(error);
  }
}

async function settledAsync({ image, face }: OpenedImage): Promise<void> {
  await face.settled();
  await image.whenSettledAsync();
}
