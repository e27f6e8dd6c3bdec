import { cpSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

const dist = resolve(import.meta.dirname, 'dist');

/** @type {import('webpack').Configuration} */
export default {
  mode: 'production',
  entry: './main.js',
  output: { path: dist, filename: 'main.js' },
  plugins: [
    {
      apply: ({ hooks }) =>
        hooks.afterEmit.tap('index.html', () => {
          mkdirSync(dist, { recursive: true });
          cpSync(resolve(import.meta.dirname, 'index.html'), resolve(dist, 'index.html'));
        }),
    },
  ],
  // An optional package, which exportGLBAsync needs: leave the alias out where it is installed.
  resolve: { alias: { '@babylonjs/serializers': false } },
  performance: { hints: false },
};
