import * as vscode from 'vscode';
import { KUSTOMIZATION_FILES, takesFile } from '../../core/manifest/kustomization';

/** Whether Kustomize makes something else of this file before it is applied. */
export async function isKustomized({ uri }: vscode.TextDocument): Promise<boolean> {
  if (uri.scheme === 'untitled') return false;
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  for (const file of KUSTOMIZATION_FILES) {
    try {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(uri, '..', file));
      return takesFile(new TextDecoder().decode(bytes), name);
    } catch {
      // There is no such file, which is the normal case.
    }
  }
  return false;
}

export function isKustomization({ uri }: vscode.TextDocument): boolean {
  return KUSTOMIZATION_FILES.some((file) => uri.path.endsWith(`/${file}`));
}
