import { runSuites } from '../host/runSuites';

/** Called by VS Code. */
export function run(): Promise<void> {
  return runSuites({
    story: () => import('./story'),
    causes: () => import('./causes'),
    undo: () => import('./undo'),
    act: () => import('./act'),
    badInput: () => import('./badInput'),
    transport: () => import('./transport'),
  });
}
