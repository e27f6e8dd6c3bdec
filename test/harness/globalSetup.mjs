import { embedShaders } from '../../scripts/embedShaders.mjs';

export default function globalSetup() {
  embedShaders();
}
