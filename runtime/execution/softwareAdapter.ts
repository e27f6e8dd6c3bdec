/** Does the processor play the graphics device (lavapipe, SwiftShader, WARP)? */
export function isSoftwareAdapter(info: GPUAdapterInfo): boolean {
  const names = [info.vendor, info.architecture, info.device, info.description].join(' ');
  return info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(names);
}
