import type { Tensor } from '../../runtime/core/tensor.js';
import type { Execution, Feed, Output } from '../../runtime/execution/execution.js';
import { CpuTraining } from '../../runtime/render/onnx/cpuTraining.js';
import type { ViewGradients } from '../../runtime/render/backward/gradients.js';
import { TrainableRenderer } from '../../runtime/render/gpu/trainableRenderer.js';
import type { RenderedRays } from '../../runtime/render/rayMarch.js';
import type { Rays } from '../../runtime/render/rays.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { asPlanes, type Decoder, type PlaneProjection } from '../../runtime/render/volume.js';

/** Gradients of a view that training needs. */
export interface TrainingViewGradients {
  /** [3 C, H, W], where the network can be fed with it */
  readonly planes: Feed;
  /** `[R, 3]`: by the rays, for cameras */
  readonly origins: Float64Array;
  readonly directions: Float64Array;
}

/** The renderer forward and backward, on whatever machine there is. */
export interface TrainingView {
  /** @param planes the backbone's output, [1, 3 C, H, W] */
  setPlanes(planes: Output): void;
  render(rays: Rays): Promise<RenderedRays>;
  /** Of the view rendered last. */
  backward(rays: Rays, gradients: ViewGradients): Promise<TrainingViewGradients>;
  dispose(): Promise<void>;
}

/** What a view is made of. */
export interface ViewParts {
  readonly execution: Execution;
  readonly decoder: Decoder;
  readonly projection: PlaneProjection;
  readonly settings: RenderSettings;
  /** A device for the ray-march; absent: the CPU. */
  readonly device?: GPUDevice;
  /** Gradients by the rays are wanted, for cameras; without, they may be 0. */
  readonly rays?: boolean;
}

/** The ray-march on `device`, or on the CPU where there is none. */
export function trainingView(parts: ViewParts): Promise<TrainingView> {
  return parts.device ? gpuView(parts, parts.device) : cpuView(parts);
}

async function cpuView({
  execution,
  decoder,
  projection,
  settings,
  rays: byRays = false,
}: ViewParts): Promise<TrainingView> {
  const training = await CpuTraining.create(execution, decoder, projection, settings, {
    rays: byRays,
    minGradient: 1e-4,
  });
  return {
    setPlanes: ({ dims, data }) => training.setPlanes(asPlanes({ dims, data: data! }, decoder.channels)),
    render: (rays) => training.render(rays),
    backward: async (rays, gradients) => {
      const { planes, origins, directions } = await training.backward(rays, gradients);
      return { planes: whole(planes instanceof Float32Array ? planes : new Float32Array(planes)), origins, directions };
    },
    dispose: () => training.dispose(),
  };
}

const whole = (data: Float32Array): Tensor => ({ dims: [data.length], data });

async function gpuView(
  { decoder, projection, settings, execution }: ViewParts,
  device: GPUDevice,
): Promise<TrainingView> {
  const renderer = await TrainableRenderer.create(device, decoder, projection, settings);
  const shares = execution.device === device;
  return {
    setPlanes: ({ dims, data, buffer }) => renderer.view.setPlanes(buffer ? { buffer, dims } : { data: data!, dims }),
    render: (rays) => renderer.view.read(renderer.view.renderRays(rays)),
    backward: async (_, gradients) => {
      const found = renderer.backward(gradients);
      const { planes, origins, directions } = await renderer.readGradients(found);
      return {
        planes: shares ? { dims: [planes.length], buffer: found.planes } : whole(planes),
        origins: Float64Array.from(origins),
        directions: Float64Array.from(directions),
      };
    },
    dispose: () => {
      renderer.dispose();
      return Promise.resolve();
    },
  };
}
