import { Option, type Command } from 'commander';
import {
  type Anchors,
  anchorsOfPerson,
  type BackendName,
  IdentityMeter,
  installedJudges,
  type MeterReading,
  openBackend,
  personWs,
  photoImage,
  portraitImage,
  proxyBeside,
  readSinglePhoto,
} from 'babylon-personalized-head/command';
import type { Studio } from 'babylon-personalized-head/personalize';
import {
  type Added,
  type Base,
  type Camera,
  frontalCamera,
  Generator,
  type PersonFile,
  HeadRenderer,
  type Portrait,
  type Tensor,
} from 'babylon-personalized-head/runtime';
import { loadBase, loadPerson } from '../files.js';
import { baseOption } from '../options/base.js';
import { parseBackground } from '../options/background.js';
import { largestSide, threadsOption, wholeNumber } from '../options/numbers.js';
import { resizeImage, toPicture, type Background, type Bitmap } from '../output/image.js';

/** Options of every command that shows a person's latents. */
export interface SessionOptions {
  readonly base: string;
  readonly size: number;
  readonly background: string;
  readonly meter: boolean;
  readonly reference?: string;
  readonly threads: number;
  readonly backend: BackendName;
}

/** Side of pictures that are only measured, pixels: what face networks need. */
const measuredSide = 128;

/** A person whose latents are rendered, and measured where that is asked for. */
export class PersonSession {
  private constructor(
    readonly studio: Studio,
    readonly person: PersonFile,
    readonly anchors: Anchors,
    readonly generator: Generator,
    /** Where networks run, in words. */
    readonly description: string,
    private readonly _headRenderer: HeadRenderer,
    private readonly _background: Background,
    private readonly _size: number,
    private readonly _finish: (() => Promise<void>)[],
  ) {}

  /**
   * @param head path of the .head file
   * @throws AssetError for files that are not a base and its person
   */
  static async open(head: string, options: SessionOptions, signal: AbortSignal): Promise<PersonSession> {
    const background = parseBackground(options.background);
    const base = await loadBase(options.base, signal);
    const person = await loadPerson(head, base);
    const anchors = anchorsOfPerson(person);
    const backend = await openBackend(options.backend, options.threads);
    const { execution, device } = backend;
    const generator = new Generator(base, execution, { person });
    const proxy = await proxyBeside(options.base, base);
    const headRenderer = await HeadRenderer.create(generator, {
      ...(proxy ? { proxy } : {}),
      ...(device ? { device } : {}),
      ...(base.config.superresolution ? {} : { resolution: options.size }),
      crop: true,
    });
    const finish = [
      () => headRenderer.dispose(),
      () => generator.dispose(),
      () => {
        backend.close();
        return Promise.resolve();
      },
    ];
    const studio: Studio = { base, execution, ...(proxy ? { proxy } : {}), ...(device ? { device } : {}) };
    const { description } = backend;
    return new PersonSession(
      studio,
      person,
      anchors,
      generator,
      description,
      headRenderer,
      background,
      options.size,
      finish,
    );
  }

  get base(): Base {
    return this.studio.base;
  }

  get numWs(): number {
    return this.generator.layout.numWs;
  }

  get frontal(): Camera {
    return frontalCamera(this.base.config.camera);
  }

  /** Renders a latent from one or more cameras. */
  async take(ws: Tensor, cameras: readonly Camera[], signal: AbortSignal, added?: Added): Promise<Portrait[]> {
    signal.throwIfAborted();
    await this._headRenderer.setFace(ws, added);
    const portraits: Portrait[] = [];
    for (const camera of cameras) {
      portraits.push(await this._headRenderer.render(camera, { signal }));
      signal.throwIfAborted();
    }
    return portraits;
  }

  picture(portrait: Portrait): Bitmap {
    if (!this.base.config.superresolution) return toPicture(portrait, this._background);
    // It paints its own background, at its own size.
    const own = portrait.image.dims.at(-1) === this._size;
    return toPicture(own ? portrait : { ...portrait, image: resizeImage(portrait.image, this._size) }, null);
  }

  /**
   * The identity meter, against the photo of `--reference` or the person's own neutral face from the front; null where
   * it is not wanted or no judge is installed, which is said once.
   */
  async meter({ meter, reference }: SessionOptions, signal: AbortSignal): Promise<IdentityMeter | null> {
    if (!meter) return null;
    const missing: string[] = [];
    const judges = await installedJudges((message) => missing.push(message));
    this._finish.unshift(...judges.map((judge) => () => judge.close()));
    if (judges.length === 0) {
      console.error(`No identity meter. ${missing[0]!} Or leave it out with --no-meter.`);
      return null;
    }
    if (reference !== undefined) {
      const photo = await readSinglePhoto(reference, measuredSide);
      const { image } = photoImage(photo, measuredSide);
      return IdentityMeter.create(judges, [{ image, camera: photo.camera }]);
    }
    const [neutral] = await this.take(personWs(this.person, null, this.numWs), [this.frontal], signal);
    return IdentityMeter.create(judges, [{ image: portraitImage(neutral!), camera: this.frontal }]);
  }

  async close(): Promise<void> {
    for (const end of this._finish) await end();
  }
}

/** Reads a portrait, where there is a meter. */
export async function measured(
  meter: IdentityMeter | null,
  portrait: Portrait,
  camera: Camera,
): Promise<MeterReading | null> {
  return (await meter?.read({ image: portraitImage(portrait), camera })) ?? null;
}

/** Adds the options that `PersonSession` reads. */
export function withSessionOptions(command: Command): Command {
  return command
    .addOption(baseOption())
    .option('--size <pixels>', 'side of each picture', wholeNumber(16, largestSide), 128)
    .option('--background <color>', 'transparent, white, black or #rrggbb', 'transparent')
    .option('--no-meter', 'no face distances to the person')
    .option('--reference <photo>', 'photo with a camera that face distances are taken to (default: the neutral head)')
    .addOption(threadsOption())
    .addOption(new Option('--backend <name>', 'where to run').choices(['auto', 'cpu', 'webgpu']).default('auto'));
}
