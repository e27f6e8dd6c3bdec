import { planeFloat } from '../../../shaders/include/planeFloat.wgsl.generated.js';
import { planeHalf } from '../../../shaders/include/planeHalf.wgsl.generated.js';
import { DeviceError } from '../../core/errors.js';
import { withIncludes, type ShaderSource } from '../shaderSource.js';

/** Numbers that size arrays in a shader; they become `const NAME: u32 = value;`. */
export type ShaderConstants = Readonly<Record<string, number>>;

const halfPlanes = new Map([[planeFloat, planeHalf]]);

/** The whole text of a kernel. Where a constant HALF_PLANES is 1, planes are read and written as 16-bit floats. */
export function shaderText(source: ShaderSource, constants: ShaderConstants): string {
  const header = Object.entries(constants).map(([key, value]) => `const ${key}: u32 = ${value}u;`);
  return [...header, withIncludes(source, constants.HALF_PLANES === 1 ? halfPlanes : undefined)].join('\n');
}

/**
 * Compiles a kernel without blocking.
 * @throws DeviceError with the compiler's message
 */
export async function computePipeline(
  device: GPUDevice,
  source: ShaderSource,
  constants: ShaderConstants,
  layout: GPUBindGroupLayout,
  overrides: Record<string, number> = {},
): Promise<GPUComputePipeline> {
  const { name } = source;
  const module = device.createShaderModule({ label: name, code: shaderText(source, constants) });
  try {
    return await device.createComputePipelineAsync({
      label: name,
      layout: device.createPipelineLayout({ label: name, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main', constants: overrides },
    });
  } catch (cause) {
    const { messages } = await module.getCompilationInfo();
    const details = messages.map((m) => `line ${m.lineNum}: ${m.message}`).join('; ');
    throw new DeviceError('shader/compile', `shaders/${name}: ${details || String(cause)}`, { cause });
  }
}
