import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { directionsCommand } from '../../cli/commands/directions.js';
import { editCommand } from '../../cli/commands/edit.js';
import { evaluateCommand } from '../../cli/commands/evaluate.js';
import { evaluateBaseCommand } from '../../cli/commands/evaluateBase.js';
import { evaluateHeadCommand } from '../../cli/commands/evaluateHead.js';
import { evaluateLatentCommand } from '../../cli/commands/evaluateLatent.js';
import { importCommand } from '../../cli/commands/import.js';
import { interpolateCommand } from '../../cli/commands/interpolate.js';
import { landmarksCommand } from '../../cli/commands/landmarks.js';
import { personalizeCommand } from '../../cli/commands/personalize.js';
import { photosCommand } from '../../cli/commands/photos.js';
import { proxyCommand } from '../../cli/commands/proxy.js';
import { renderCommand } from '../../cli/commands/render.js';
import { sampleCommand } from '../../cli/commands/sample.js';
import { trackCommand } from '../../cli/commands/track.js';
import { goldenFile, inFolder } from './command.js';

const commands: readonly (() => Command)[] = [
  ...[directionsCommand, editCommand, evaluateCommand, evaluateBaseCommand, evaluateHeadCommand, evaluateLatentCommand],
  ...[importCommand, interpolateCommand, landmarksCommand, personalizeCommand, photosCommand, proxyCommand],
  ...[renderCommand, sampleCommand, trackCommand],
];

test.each(commands.map((make) => make()).map((command) => [command.name(), command] as const))(
  'the help of %s is in words: no raw JSON, no default twice, no fragment',
  (_, command) => {
    const lines = command.options.map((option) => command.createHelp().optionDescription(option));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line.match(/default:/g)?.length ?? 0).toBeLessThan(2);
      expect(line).not.toMatch(/[{}]|\[object|\["|: \[\]|\(default: (true|false)\)|^of /);
    }
  },
);

test('where there is no graphics driver, no driver talks on stderr, nor npm', () =>
  inFolder((folder) => {
    const args = [resolve('cli/personalized-head.mjs'), 'render', goldenFile('tiny-network.pkl')];
    const noDriver = { VK_DRIVER_FILES: join(folder, 'none.json'), VK_ICD_FILENAMES: join(folder, 'none.json') };
    const run = (backend: string) =>
      spawnSync(process.execPath, [...args, '--backend', backend, '--size', '16', '-o', join(folder, 'x.png')], {
        env: { ...process.env, ...noDriver },
        encoding: 'utf8',
      });
    const { status, stderr } = run('auto');
    expect(stderr.replace(/^.* \d+ %\n/gm, '').split('\n')).toEqual(['loading ...', 'rendering (CPU) ...', '']);
    expect(status).toBe(0);
    const refused = run('webgpu');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^loading \.\.\.\npersonalized-head: There is no WebGPU adapter on this machine\./);
    return Promise.resolve();
  }));
