import { besidePage } from '../shared/address.js';

/** What the page is served with. */
export const assets = {
  base: besidePage('assets/base.safetensors'),
  directions: besidePage('assets/base.directions.json'),
  landmarks: besidePage('assets/base.landmarks.json'),
  faces: besidePage('assets/faces.safetensors'),
  /** dlib's descriptor, where the page is served with it: it tells people apart. */
  descriptor: besidePage('judge/'),
  proxy: besidePage('assets/base.proxy.safetensors'),
  wasmPaths: besidePage('ort/'),
} as const;
