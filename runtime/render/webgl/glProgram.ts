import { DeviceError } from '../../core/errors.js';
import { withIncludes, type ShaderSource } from '../shaderSource.js';

/** Numbers that size things in a shader; they become `const int NAME = value;`. */
export type GlConstants = Readonly<Record<string, number>>;

/** Binding points of the uniform blocks: of the 24 that every WebGL 2 has those that an engine comes to last. */
export const glBlocks = { RenderParams: 22, DecoderBlock: 23 } as const;

const header = [
  '#version 300 es',
  ...['float', 'int', 'sampler2D', 'sampler2DArray', 'sampler3D', 'usampler2D'].map(
    (type) => `precision highp ${type};`,
  ),
];

/** One triangle over all that is drawn into, without any vertices in memory. */
const everywhere = `#version 300 es
void main() {
  gl_Position = vec4(vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0), 0.0, 1.0);
}`;

/** The whole text of a fragment shader. */
export function glslText(source: ShaderSource, constants: GlConstants): string {
  const numbers = Object.entries(constants).map(([key, value]) => `const int ${key} = ${value};`);
  return [...header, ...numbers, withIncludes(source)].join('\n');
}

/** Milliseconds between two looks. */
const lookEvery = 2;

/** Waits for what the device does beside, of which nothing tells. */
export async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, lookEvery));
}

/** A fragment shader that is run on every texel of what is drawn into. */
export class GlProgram {
  private readonly _locations = new Map<string, { readonly type: GLenum; readonly location: WebGLUniformLocation }>();
  /** Texture units by sampler. */
  private readonly _units = new Map<string, number>();

  private constructor(
    private readonly _gl: WebGL2RenderingContext,
    readonly program: WebGLProgram,
  ) {}

  /**
   * Compiles programs side by side, without waiting for them where the browser can (KHR_parallel_shader_compile).
   * @throws DeviceError `shader/compile` with the compiler's message
   */
  static async createAll<Name extends string>(
    gl: WebGL2RenderingContext,
    sources: Readonly<Record<Name, ShaderSource>>,
    constants: GlConstants,
  ): Promise<Record<Name, GlProgram>> {
    const parallel = gl.getExtension('KHR_parallel_shader_compile');
    const begun = (Object.keys(sources) as Name[]).map((name) => ({
      name,
      ...begin(gl, glslText(sources[name], constants)),
    }));
    const finished = (program: WebGLProgram): boolean =>
      parallel === null ||
      gl.isContextLost() ||
      gl.getProgramParameter(program, parallel.COMPLETION_STATUS_KHR) === true;
    await until(() => begun.every(({ program }) => finished(program)));
    const made = begun.map(({ name, program, shaders }) => {
      if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost()) {
        const logs = [...shaders.map((shader) => gl.getShaderInfoLog(shader)), gl.getProgramInfoLog(program)];
        const log = logs.filter(Boolean).join('; ');
        throw new DeviceError('shader/compile', `shaders/${sources[name].name}: ${log}`);
      }
      for (const shader of shaders) gl.deleteShader(shader);
      return [name, new GlProgram(gl, program)] as const;
    });
    return Object.fromEntries(made) as Record<Name, GlProgram>;
  }

  /** Takes the program into use; what changes uniforms needs it. */
  use(): void {
    const { _gl: gl, program } = this;
    gl.useProgram(program);
    if (this._locations.size > 0) return;
    const count = gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS) as number;
    for (let i = 0; i < count; i++) {
      const { name, type } = gl.getActiveUniform(program, i)!;
      const location = gl.getUniformLocation(program, name);
      // Those of blocks have none.
      if (!location) continue;
      this._locations.set(name, { type, location });
      if (type === gl.INT || type === gl.INT_VEC3 || type === gl.FLOAT) continue;
      gl.uniform1i(location, this._units.size);
      this._units.set(name, this._units.size);
    }
    for (const [name, point] of Object.entries(glBlocks)) {
      const block = gl.getUniformBlockIndex(program, name);
      if (block !== gl.INVALID_INDEX) gl.uniformBlockBinding(program, block, point);
    }
  }

  /** Samplers and their texture units. */
  get units(): ReadonlyMap<string, number> {
    return this._units;
  }

  /** @param values of a float, an int or an ivec3 */
  set(name: string, values: readonly number[]): void {
    const { _gl: gl } = this;
    const uniform = this._locations.get(name);
    if (!uniform) return;
    const { type, location } = uniform;
    if (type === gl.FLOAT) gl.uniform1f(location, values[0]!);
    else if (type === gl.INT) gl.uniform1i(location, values[0]!);
    else gl.uniform3iv(location, values);
  }

  dispose(): void {
    this._gl.deleteProgram(this.program);
  }
}

function begin(gl: WebGL2RenderingContext, fragment: string) {
  const program = gl.createProgram();
  const shaders = [
    [gl.VERTEX_SHADER, everywhere],
    [gl.FRAGMENT_SHADER, fragment],
  ].map(([type, source]) => {
    const shader = gl.createShader(type as number)!;
    gl.shaderSource(shader, source as string);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    return shader;
  });
  gl.linkProgram(program);
  return { program, shaders };
}
