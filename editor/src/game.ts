import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { headAddresses } from '../../plugin/loading/addresses.js';
import { headMetadata, isPlainHead } from '../../plugin/node/metadata.js';
import { readPerson } from '../../runtime/checkpoint/person/person.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { existsAsync, type HeadProject } from './project.js';

const packageName = 'babylon-personalized-head';
const entries = ['src/App.ts', 'src/app.ts', 'src/main.ts', 'src/index.ts', 'src/App.tsx', 'src/scripts.ts'];

/**
 * What would keep a scene's heads from being shown by the game: files outside `public/heads`, and files that are not there.
 * @returns sentences, one a problem
 */
export async function problemsOfAsync(scene: Scene, project: HeadProject): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const mesh of scene.meshes.filter(isPlainHead)) {
    const metadata = headMetadata(mesh)!;
    const { person, base, proxy, ownProxy } = headAddresses(metadata, {});
    const files = [person, base];
    const path = person === undefined ? null : project.pathOf(person);
    if (path && (await existsAsync(path))) {
      const file = await readPerson(bytesSource(new Uint8Array(await readFile(path)))).catch(() => null);
      files.push(ownProxy(file) ?? proxy);
    } else files.push(proxy);
    for (const url of files) {
      if (url === undefined) continue;
      const place = project.pathOf(url);
      if (!place) problems.push(`${mesh.name}: ${url} does not travel with the game. Import it in the tab Heads.`);
      else if (!(await existsAsync(place)))
        problems.push(`${mesh.name}: ${place} is missing. Import it in the tab Heads.`);
    }
  }
  return [...new Set(problems)];
}

/**
 * Prepares the project's game for heads: imports the package, and makes the engine one that can draw them, where it is made
 * as the Editor's templates make it. Nothing is changed that is there already.
 * @returns what was done, and what is left to do
 */
export async function prepareGameAsync({ folder }: HeadProject): Promise<readonly string[]> {
  const done: string[] = [];
  const found = await Promise.all(entries.map((name) => existsAsync(join(folder, name))));
  const entry = entries[found.indexOf(true)];
  if (entry === undefined) {
    return [
      `No ${entries.slice(0, 4).join(', ')} was found. Write "import '${packageName}';" once in the game's code.`,
    ];
  }
  const path = join(folder, entry);
  const before = await readFile(path, 'utf8');
  let source = before;
  if (!source.includes(packageName)) {
    source = `import "${packageName}";\n${source}`;
    done.push(`${entry} imports ${packageName}.`);
  }
  const { text, changed } = withHeadEngine(source);
  source = text;
  done.push(
    changed
      ? `${entry} makes a WebGPU engine where the browser has one, else the WebGL engine as before.`
      : `${entry}: no "this.engine = new Engine(...)" or "const engine = new Engine(...)" in an async function was found; for ` +
          'the neural image make the engine with createHeadEngineAsync.',
  );
  if (source !== before) await writeFile(path, source);
  const manifest = join(folder, 'package.json');
  const dependencies = (await existsAsync(manifest)) ? await readFile(manifest, 'utf8') : '';
  if (!dependencies.includes(`"${packageName}"`)) {
    done.push(`Install the packages: npm install ${packageName} onnxruntime-web`);
  }
  return done;
}

/** `new Engine(canvas, …)` of an async function becomes a WebGPU engine with the WebGL one in its place where there is none. */
export function withHeadEngine(source: string): { readonly text: string; readonly changed: boolean } {
  if (source.includes('createHeadEngineAsync')) return { text: source, changed: true };
  const made = /^([ \t]*)((?:this\.|const |let )?\w+(?:\s*:\s*\w+)?\s*=\s*)(new Engine\(\s*([\w.!]+)[^;]*\));$/m.exec(
    source,
  );
  if (!made || !isAsyncAt(source, made.index)) return { text: source, changed: false };
  const [whole, indent, assigned, webgl, canvas] = made as unknown as [string, string, string, string, string];
  const engine =
    `${indent}${assigned.replace(/\b(const|let) (\w+)\s*:\s*\w+/, '$1 $2')}` +
    `navigator.gpu ? await createHeadEngineAsync(${canvas}) : ${webgl};`;
  const named = source
    .replace(whole, () => engine)
    // A field that was declared for the WebGL engine takes both.
    .replace(/^([ \t]*(?:private |public |protected )?(?:readonly )?engine[!?]?\s*:\s*)Engine\b/m, '$1AbstractEngine')
    .replace(new RegExp(`import "${packageName}";\\n`), `import { createHeadEngineAsync } from "${packageName}";\n`);
  const needsType = /:\s*AbstractEngine\b/.test(named) && !/import[^;]*\bAbstractEngine\b/.test(named);
  const type = 'import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine";\n';
  return { text: needsType ? type + named : named, changed: true };
}

/** Is the function around a place of the source async? Looks at the nearest function above it. */
function isAsyncAt(source: string, index: number): boolean {
  const above = source.slice(0, index).split('\n').reverse();
  const head = above.find((line) =>
    /\bfunction\b|=>\s*\{\s*$|^\s*(?:public |private |protected |static |async )*\w+\([^)]*\)[^;]*\{\s*$/.test(line),
  );
  return head !== undefined && /\basync\b/.test(head);
}
