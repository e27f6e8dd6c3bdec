// The public API as text, one report a door, so that a change of it is a diff: etc/api/. Reads the declarations in dist/.
// `npm run check` fails where a report differs; `npm run api` rewrites them.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { doors } from './doors.mjs';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'etc', 'api');
const temporary = join(root, '.cache', 'api');

const configOf = ({ name, types }) =>
  ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(root, 'tsconfig.build.json') },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: folder,
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        // Every export is public: there are no release tags. Docstrings are plain text with TypeScript's own tags.
        extractorMessageReporting: {
          default: { logLevel: 'none' },
          'ae-forgotten-export': { logLevel: 'warning', addToApiReportFile: true },
        },
        compilerMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
    configObjectFullPath: join(root, 'api-extractor.json'),
    packageJsonFullPath: join(root, 'package.json'),
  });

/**
 * @param rewrite the reports, instead of comparing with them
 * @returns what is wrong, one line each
 */
export function apiReport(rewrite = false) {
  for (const path of [folder, temporary]) mkdirSync(path, { recursive: true });
  const configs = doors().map(configOf);
  const compilerState = CompilerState.create(configs[0], {
    additionalEntryPoints: configs.slice(1).map((config) => config.mainEntryPointFilePath),
  });
  const wrong = [];
  const known = new Set();
  for (const config of configs) {
    const name = config.reportFilePath.slice(folder.length + 1);
    known.add(name);
    const { apiReportChanged } = Extractor.invoke(config, {
      ...{ compilerState, localBuild: rewrite, showVerboseMessages: false },
      messageCallback: (message) => void (message.handled = true),
    });
    if (apiReportChanged && !rewrite)
      wrong.push(`etc/api/${name} differs from the code's. See the change by: npm run api`);
  }
  for (const name of readdirSync(folder).filter((each) => !known.has(each))) {
    if (rewrite) rmSync(join(folder, name));
    else wrong.push(`etc/api/${name} is of no door. Remove it by: npm run api`);
  }
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!existsSync(join(root, 'dist', 'plugin'))) throw new Error('dist/ is missing. Run: npm run build');
  const wrong = apiReport(process.argv.includes('--write'));
  for (const line of wrong) console.error(line);
  process.exit(wrong.length > 0 ? 1 : 0);
}
