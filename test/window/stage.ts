import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster, type Cluster } from '../cluster/cluster';
import { namedKubeconfig } from '../demo/kubeconfig';
import { tellStory, WORKSPACE } from '../demo/story';
import { packageExtension } from '../host/vsix';
import { Window, type WindowOptions } from '../host/window';

/** The demo's cluster and workspace, and the packaged extension: what a window test plays on. */
export class Stage {
  readonly cluster: Cluster;
  readonly folder: string;
  readonly vsix: string;
  readonly kubeconfig: string;

  private constructor(cluster: Cluster, folder: string) {
    this.cluster = cluster;
    this.folder = folder;
    this.vsix = join(folder, 'ordinal.vsix');
    this.kubeconfig = join(folder, 'kubeconfig');
  }

  static async set(): Promise<Stage> {
    const cluster = await startCluster({ flavour: 'kwok', pace: 1 });
    const stage = new Stage(cluster, mkdtempSync(join(tmpdir(), 'ordinal-stage-')));
    try {
      await packageExtension(stage.vsix);
      await tellStory(cluster, () => undefined);
      stage.nameKubeconfig(cluster.kubeconfig, stage.kubeconfig);
      cpSync(WORKSPACE, stage.workspace, { recursive: true });
      return stage;
    } catch (error) {
      await stage.clear();
      throw error;
    }
  }

  get workspace(): string {
    return join(this.folder, 'workspace');
  }

  /** A kubeconfig as the demo has it, of another user or server. */
  nameKubeconfig(source: string, target: string, namespace = 'shop'): string {
    return namedKubeconfig(source, { target, context: 'demo', namespace });
  }

  /** A window in which the extension is installed from its package, far from this repository. */
  window(file: string, more: Partial<WindowOptions> = {}): Promise<Window> {
    const { workspace, vsix, kubeconfig } = this;
    const env = { KUBECONFIG: kubeconfig };
    return Window.open({ folder: workspace, files: [join(workspace, file)], vsix, env, ...more });
  }

  async clear(): Promise<void> {
    await this.cluster.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
