import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from './processes';

const root = '/sys/fs/cgroup';

const folders = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));

/** The one unified hierarchy, or each controller's own (cgroup v1). */
function hierarchies(): string[] {
  if (existsSync(join(root, 'cgroup.controllers'))) return [root];
  return existsSync(root) ? folders(root) : [];
}

/** The cgroup `name` and all below it, in each hierarchy; a folder comes before those in it. */
export function cgroupFolders(name: string): string[] {
  const withAllBelow = (folder: string): string[] => [
    folder,
    ...(attempt(() => folders(folder)) ?? []).flatMap(withAllBelow),
  ];
  return hierarchies()
    .map((hierarchy) => join(hierarchy, name))
    .filter((folder) => existsSync(folder))
    .flatMap(withAllBelow);
}

/** kubelet wants its root cgroup to exist in each hierarchy; not every one allows it. */
export function makeCgroup(name: string): void {
  for (const hierarchy of hierarchies()) attempt(() => mkdirSync(join(hierarchy, name)));
}
