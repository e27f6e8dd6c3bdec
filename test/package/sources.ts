import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Files that are, or are about to be, in the repository. */
export const files: readonly string[] = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
  cwd: root,
})
  .toString()
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)));

export const text = (file: string): string => readFileSync(join(root, file), 'utf8');
export const bytes = (file: string): number => statSync(join(root, file)).size;

/** Written by hand. */
export const code: readonly string[] = files.filter((file) => /\.(ts|mts|js|mjs|wgsl|html|css)$/.test(file));

/** What a file imports: repository paths without extension, or names of packages. */
export function importsOf(file: string): string[] {
  const named =
    /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...text(file).matchAll(named)].map((match) => {
    const name = (match[1] ?? match[2])!;
    return name.startsWith('.') ? posix.join(posix.dirname(file), name).replace(/\.(ts|js|mjs)$/, '') : name;
  });
}
