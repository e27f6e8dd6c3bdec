import { DeviceError } from '../../core/errors.js';
import { withIncludes } from '../shaderIncludes.js';
import { shaderSources } from '../shaders.generated.js';

/** Numbers that size arrays in a shader; they become `const NAME: u32 = value;`. */
export type ShaderConstants = Readonly<Record<string, number>>;

/** A kernel's text without its constants, includes in place. */
export const resolveIncludes = (name: string): string => withIncludes(shaderSources, 'wgsl', name);

/** The whole text of a kernel. */
export function shaderText(name: string, constants: ShaderConstants): string {
  const header = Object.entries(constants).map(([key, value]) => `const ${key}: u32 = ${value}u;`);
  return [...header, resolveIncludes(name)].join('\n');
}

/**
 * Compiles a kernel without blocking.
 * @throws DeviceError with the compiler's message
 */
export async function computePipeline(
  device: GPUDevice,
  name: string,
  constants: ShaderConstants,
  layout: GPUBindGroupLayout,
  overrides: Record<string, number> = {},
): Promise<GPUComputePipeline> {
  const module = device.createShaderModule({ label: name, code: shaderText(name, constants) });
  try {
    return await device.createComputePipelineAsync({
      label: name,
      layout: device.createPipelineLayout({ label: name, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main', constants: overrides },
    });
  } catch (cause) {
    const { messages } = await module.getCompilationInfo();
    const details = messages.map((m) => `line ${m.lineNum}: ${m.message}`).join('; ');
    throw new DeviceError('shader/compile', `shaders/${name}.wgsl: ${details || String(cause)}`, { cause });
  }
}
