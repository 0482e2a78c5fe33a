/** The names that Kustomize looks for in a folder, in its order (api/konfig/general.go). */
export const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** Whether a kustomization takes this file of its own folder: as a resource, a patch, a component. */
export function takesFile(kustomization: string, file: string): boolean {
  return kustomization.split('\n').some((line) => {
    const [before, after] = aroundOf(line.replace(/(^|\s)#.*$/, ''), file);
    return (
      before !== undefined &&
      /(?:^|[\s:"'[,{]|(?:^|[\s"'[,])\.\/)$/.test(before) &&
      /^(?:$|[\s"'\],}])/.test(after ?? '')
    );
  });
}

function aroundOf(line: string, part: string): readonly [string?, string?] {
  const at = line.indexOf(part);
  return at < 0 ? [] : [line.slice(0, at), line.slice(at + part.length)];
}
