import { testDevice } from './gpu.js';

const code = /* wgsl */ `
  @group(0) @binding(0) var<storage> a: array<f32>;
  @group(0) @binding(1) var<storage> b: array<f32>;
  @group(0) @binding(2) var<storage, read_write> sum: array<f32>;

  @compute @workgroup_size(64)
  fn add(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < arrayLength(&sum)) {
      sum[id.x] = a[id.x] + b[id.x];
    }
  }`;

/** Adds two vectors on a fresh device: the smallest kernel that shows buffers, dispatch and read-back to work. */
export async function addVectors(a: Float32Array<ArrayBuffer>, b: Float32Array<ArrayBuffer>): Promise<Float32Array> {
  const device = await testDevice();
  const upload = (data: Float32Array<ArrayBuffer>): GPUBuffer => {
    const buffer = device.createBuffer({
      size: data.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  };
  const sum = device.createBuffer({ size: a.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const readBack = device.createBuffer({
    size: a.byteLength,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }) },
  });
  const bindings = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [upload(a), upload(b), sum].map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindings);
  pass.dispatchWorkgroups(Math.ceil(a.length / 64));
  pass.end();
  encoder.copyBufferToBuffer(sum, 0, readBack, 0, a.byteLength);
  device.queue.submit([encoder.finish()]);
  await readBack.mapAsync(GPUMapMode.READ);
  return new Float32Array(readBack.getMappedRange().slice(0));
}
