// Packages the extension: tsx test/host/vsix.ts [file]
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { repository } from './paths';

/** Builds the extension and packages it into this file; resolves to the file's absolute path. Needs no network. */
export async function packageExtension(out: string): Promise<string> {
  const packagePath = resolve(out);
  mkdirSync(dirname(packagePath), { recursive: true });
  // Runs the build as package.json's vscode:prepublish. All dependencies are inside the bundles.
  // Links in README.md stay as they are: there is no repository address to put before them.
  const links = { allowMissingRepository: true, rewriteRelativeLinks: false };
  await createVSIX({ cwd: repository, packagePath, dependencies: false, ...links });
  return packagePath;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = await packageExtension(process.argv[2] ?? join(repository, 'out', 'ordinal.vsix'));
  console.log(`${relative(process.cwd(), file)} ${Math.round(statSync(file).size / 1024)} KB`);
}
