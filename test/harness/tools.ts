import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The environment of a program that finds the packages of tools/<name>.
 * @throws where they are not installed: `npm test` does that
 */
export function withTool(name: 'judges' | 'deploy' | 'oldest'): NodeJS.ProcessEnv {
  const modules = resolve('tools', name, 'node_modules');
  if (!existsSync(join(modules, '.package-lock.json')))
    throw new Error(`tools/${name} is not installed. Run: npm run tools ${name}`);
  return { ...process.env, NODE_PATH: modules };
}
