import { TestEnvironment } from 'jest-environment-node';
import { destroyLeftDevices, outerModule, realmGlobals } from './outerRealm.mjs';

/** Node's test environment with the process's one Dawn instance, and with the outer realm's binary types. */
export default class GpuEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const [name, value] of Object.entries(realmGlobals)) {
      Object.defineProperty(this.global, name, { value, configurable: true, writable: true });
    }
    this.global.outerModule = outerModule;
  }

  async teardown() {
    destroyLeftDevices();
    await super.teardown();
  }
}
