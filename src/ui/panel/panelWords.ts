import * as vscode from 'vscode';
import type { SlotState } from '../../core/rollout/slot';
import { stateWord } from '../../core/wording';
import { t } from '../../util/l10n';
import type { PanelWords } from './protocol';

const STATES: readonly SlotState[] = ['missing', 'terminating', 'pending', 'starting', 'notReady', 'ready', 'failed'];

export function panelWords(): PanelWords {
  const states = Object.fromEntries(STATES.map((state) => [state, stateWord({ state, reason: undefined })]));
  return {
    states: { ...(states as Record<SlotState, string>), pulling: t`pulling the image` },
    heldBack: t`held back by the partition`,
    next: t`next`,
    revision: t`revision`,
    events: t`events`,
    seen: t`Rollouts seen from here`,
    columns: [t`revision`, t`began`, t`took`, t`outcome`, t`images`],
    outcomes: { running: t`going on`, complete: t`complete`, superseded: t`superseded by the next` },
    none: t`nothing yet`,
    help: t`Up and down: pod. Left and right: what happened to it. + and −: zoom. 0: all. Shift with left and right, or Ctrl and wheel: move in time.`,
    locale: vscode.env.language,
  };
}
