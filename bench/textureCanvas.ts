/** A canvas as far as Babylon's WebGPU engine needs one, whose texture stays and can be read. For Node. */
export class TextureCanvas {
  readonly style = {};
  private _texture: GPUTexture | null = null;

  constructor(
    public width: number,
    public height: number,
  ) {}

  get clientWidth(): number {
    return this.width;
  }
  get clientHeight(): number {
    return this.height;
  }

  /** What was drawn last; null before the first frame. */
  get texture(): GPUTexture | null {
    return this._texture;
  }

  /** The part of GPUCanvasContext that Babylon calls. */
  getContext(): Pick<GPUCanvasContext, 'configure' | 'unconfigure' | 'getCurrentTexture'> {
    let given: GPUCanvasConfiguration;
    return {
      configure: (configuration) => {
        given = configuration;
        this._texture = null;
        return undefined;
      },
      unconfigure: () => undefined,
      getCurrentTexture: () => {
        const usage = GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC | GPUTextureUsage.TEXTURE_BINDING;
        const { device, format } = given;
        this._texture ??= device.createTexture({ size: [this.width, this.height], format, usage });
        return this._texture;
      },
    };
  }

  addEventListener(): void {
    // Nobody clicks here.
  }
  removeEventListener(): void {
    // Nobody clicks here.
  }
}
