import type { LaneState, Timeline } from '../../core/rollout/timeline';

/** What the extension and the panel's page say to each other; both import this file, and it imports neither. */

/** Everything the page draws. Sentences come in the user's language; the page itself has none. */
export interface PanelModel {
  /** `StatefulSet web · demo/shop` */
  readonly title: string;
  readonly phrase: string;
  readonly timeline: Timeline;
  /** The lane that moves next; `undefined` when none does. */
  readonly next: string | undefined;
  /** The extension's clock, milliseconds since 1970: the page may run on another machine. */
  readonly now: number;
  readonly words: PanelWords;
}

export interface PanelWords {
  readonly states: Readonly<Record<LaneState, string>>;
  readonly heldBack: string;
  readonly next: string;
  readonly revision: string;
  readonly events: string;
  readonly seen: string;
  readonly columns: readonly [revision: string, began: string, took: string, outcome: string, images: string];
  readonly outcomes: Readonly<Record<'running' | 'complete' | 'superseded', string>>;
  readonly none: string;
  readonly help: string;
  /** BCP 47, for times. */
  readonly locale: string;
}

export type ToPage = { readonly type: 'show'; readonly model: PanelModel };

export type FromPage =
  | { readonly type: 'ready' }
  /** `data`: the text of an SVG, or a PNG as base64. */
  | { readonly type: 'save'; readonly format: 'svg' | 'png'; readonly data: string };

/** What comes from a page is checked, whoever wrote the page. */
export function isFromPage(value: unknown): value is FromPage {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  if (value.type === 'ready') return true;
  if (value.type !== 'save' || !('format' in value) || !('data' in value)) return false;
  return (value.format === 'svg' || value.format === 'png') && typeof value.data === 'string';
}
