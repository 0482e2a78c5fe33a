import type { Lane, LaneState, Mark, Stretch } from '../../core/rollout/timeline';
import type { PanelModel } from './protocol';
import { ticks, type Span } from './timeScale';

/** Colours as CSS values: of the theme on the page, resolved ones in an exported picture. */
export type Colours = Readonly<
  Record<LaneState | 'text' | 'faint' | 'line' | 'background' | 'focus' | 'warning', string>
> & {
  readonly revisions: readonly string[];
};

export interface Drawing {
  readonly span: Span;
  /** Pixels. */
  readonly width: number;
  readonly now: number;
  readonly colours: Colours;
  /** Index of the lane that has the focus; `undefined`: none. */
  readonly focused?: number | undefined;
  /** An exported picture says itself what it shows. */
  readonly withTitle?: boolean;
}

const GUTTER = 140;
const RIGHT = 16;
const AXIS = 30;
const LANE = 42;
const BAR = 18;
const STRIP = 4;
const LEGEND = 30;
const TITLE = 44;

/** Widest a letter gets in the font of the page, in pixels: a word that would not fit is left to the tooltip. */
const LETTER = 7;

/** The picture as the text of an SVG element: the same for the page and for a file. */
export function drawTimeline(model: PanelModel, drawing: Drawing): string {
  const { width, withTitle = false, colours, now, span } = drawing;
  const { lanes } = model.timeline;
  const top = withTitle ? TITLE : 0;
  const height = heightOf(lanes.length) + top;
  const x = scaleOf(drawing);
  const bottom = AXIS + lanes.length * LANE;
  const revisions = revisionsOf(lanes);
  const parts = [
    ...(withTitle ? [rect({ x: 0, y: 0, width, height }, colours.background), ...title(model, colours)] : []),
    `<g transform="translate(0 ${top})">`,
    ...axis(model, drawing, bottom),
    ...lanes.map((lane, index) => laneOf(lane, { model, drawing, index, revisions })),
    ...(now >= span.from && now <= span.to
      ? [
          `<line x1="${x(now)}" x2="${x(now)}" y1="${AXIS - 6}" y2="${bottom}" stroke="${colours.focus}" stroke-dasharray="2 3"/>`,
        ]
      : []),
    ...legend(revisions, { model, colours, y: bottom + 8 }),
    '</g>',
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">${pattern(colours)}${parts.join('')}</svg>`;
}

export function heightOf(lanes: number): number {
  return AXIS + lanes * LANE + LEGEND;
}

/** The lane at a height of the picture without title; `undefined` above and below the lanes. */
export function laneAt(y: number, lanes: number): number | undefined {
  const index = Math.floor((y - AXIS) / LANE);
  return index >= 0 && index < lanes ? index : undefined;
}

export function timeAt(x: number, { span: { from, to }, width }: Pick<Drawing, 'span' | 'width'>): number {
  return from + ((x - GUTTER) / Math.max(1, width - GUTTER - RIGHT)) * (to - from);
}

function scaleOf({ span: { from, to }, width }: Drawing): (time: number) => number {
  const pixels = Math.max(1, width - GUTTER - RIGHT);
  return (time) => Math.round((GUTTER + ((time - from) / (to - from)) * pixels) * 10) / 10;
}

function revisionsOf(lanes: readonly Lane[]): readonly string[] {
  const found = new Map<string, number>();
  for (const { stretches } of lanes)
    for (const { revision, from } of stretches)
      if (revision !== undefined) found.set(revision, Math.min(from, found.get(revision) ?? from));
  return [...found].sort(([, a], [, b]) => a - b).map(([revision]) => revision);
}

function title({ title: heading, phrase }: PanelModel, { text, faint }: Colours): readonly string[] {
  return [words(heading, { x: 12, y: 18, fill: text, bold: true }), words(phrase, { x: 12, y: 36, fill: faint })];
}

function axis({ words: { locale } }: PanelModel, drawing: Drawing, bottom: number): readonly string[] {
  const { span, width, colours } = drawing;
  const x = scaleOf(drawing);
  const times = ticks(span, width - GUTTER - RIGHT);
  const seconds = (times[1] ?? 0) - (times[0] ?? 0) < 60_000;
  const days = span.to - span.from > 24 * 3_600_000;
  const format = new Intl.DateTimeFormat(locale, {
    ...(days ? { month: 'numeric', day: 'numeric' } : {}),
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    ...(seconds ? { second: '2-digit' } : {}),
  });
  return times.flatMap((time) => [
    `<line x1="${x(time)}" x2="${x(time)}" y1="${AXIS - 6}" y2="${bottom}" stroke="${colours.line}" stroke-opacity="0.5"/>`,
    words(format.format(time), { x: x(time), y: AXIS - 12, fill: colours.faint, middle: true }),
  ]);
}

interface LaneDrawing {
  readonly model: PanelModel;
  readonly drawing: Drawing;
  readonly index: number;
  readonly revisions: readonly string[];
}

function laneOf(lane: Lane, { model, drawing, index, revisions }: LaneDrawing): string {
  const { colours, width, focused } = drawing;
  const y = AXIS + index * LANE;
  const { heldBack, states, next } = model.words;
  const last = lane.stretches.at(-1);
  const now = last === undefined || last.to !== undefined ? '' : (last.reason ?? states[last.state]);
  const note = lane.held ? heldBack : lane.name === model.next ? `${next} · ${now}` : now;
  return [
    `<g>`,
    focused === index
      ? `<rect x="1" y="${y + 1}" width="${width - 2}" height="${LANE - 2}" fill="none" stroke="${colours.focus}"/>`
      : `<line x1="0" x2="${width}" y1="${y + LANE}" y2="${y + LANE}" stroke="${colours.line}" stroke-opacity="0.5"/>`,
    words(fit(lane.name, GUTTER - 20), { x: 10, y: y + 16, fill: colours.text, bold: true, full: lane.name }),
    words(fit(note, GUTTER - 20), { x: 10, y: y + 31, fill: colours.faint, full: note }),
    ...lane.stretches.map((stretch) => stretchOf(stretch, { model, drawing, y: y + 13, revisions })),
    ...lane.marks.map((mark) => markOf(mark, { drawing, y: y + 7 })),
    `</g>`,
  ].join('');
}

function stretchOf(
  stretch: Stretch,
  { model, drawing, y, revisions }: { model: PanelModel; drawing: Drawing; y: number; revisions: readonly string[] },
): string {
  const { colours, span, now } = drawing;
  const x = scaleOf(drawing);
  const from = x(Math.max(stretch.from, span.from));
  const to = x(Math.min(stretch.to ?? Math.max(now, stretch.from), span.to));
  if (to < from || stretch.from > span.to) return '';
  const width = Math.max(1, to - from);
  const { state, reason, revision } = stretch;
  const word = reason ?? model.words.states[state];
  const box = { x: from, y, width, height: BAR };
  const strip =
    revision === undefined ? undefined : colours.revisions[revisions.indexOf(revision) % colours.revisions.length];
  return [
    '<g>',
    `<title>${escape(word)}</title>`,
    state === 'missing'
      ? `<rect x="${from}" y="${y + 0.5}" width="${width}" height="${BAR - 1}" fill="none" stroke="${colours.missing}" stroke-dasharray="3 3"/>`
      : rect(box, colours[state]),
    // A second sign beside colour: what failed is hatched.
    ...(state === 'failed' ? [rect(box, 'url(#hatch)')] : []),
    ...(strip === undefined ? [] : [rect({ ...box, y: y + BAR + 1, height: STRIP }, strip)]),
    ...(word.length * LETTER + 8 <= width
      ? [words(word, { x: from + 5, y: y + 13, fill: state === 'missing' ? colours.faint : colours.background })]
      : []),
    '</g>',
  ].join('');
}

function markOf(
  { at, warning, reason, message, count }: Mark,
  { drawing, y }: { drawing: Drawing; y: number },
): string {
  const { span, colours } = drawing;
  if (at < span.from || at > span.to) return '';
  const x = scaleOf(drawing)(at);
  const label = `<title>${escape(`${reason}${count > 1 ? ` ×${count}` : ''}: ${message}`)}</title>`;
  const shape = warning
    ? `<path d="M${x - 5} ${y + 4} L${x} ${y - 5} L${x + 5} ${y + 4} Z" fill="${colours.warning}"/>`
    : `<circle cx="${x}" cy="${y - 1}" r="2.5" fill="${colours.faint}"/>`;
  return `<g>${label}${shape}</g>`;
}

function legend(
  revisions: readonly string[],
  { model, colours, y }: { model: PanelModel; colours: Colours; y: number },
): readonly string[] {
  let x = 10;
  return revisions.slice(-6).flatMap((revision) => {
    const text = `${model.words.revision} ${revision}`;
    const colour = colours.revisions[revisions.indexOf(revision) % colours.revisions.length] ?? colours.faint;
    const entry = [
      rect({ x, y: y + 6, width: 14, height: STRIP }, colour),
      words(text, { x: x + 20, y: y + 12, fill: colours.faint }),
    ];
    x += 40 + text.length * LETTER;
    return entry;
  });
}

function pattern({ background }: Colours): string {
  return `<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" x2="0" y1="0" y2="6" stroke="${background}" stroke-opacity="0.35" stroke-width="2"/></pattern></defs>`;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function rect({ x, y, width, height }: Box, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${Math.round(width * 10) / 10}" height="${height}" fill="${fill}"/>`;
}

interface WordsAt {
  readonly x: number;
  readonly y: number;
  readonly fill: string;
  readonly bold?: boolean;
  readonly middle?: boolean;
  /** The whole text, where it may be cut. */
  readonly full?: string;
}

function words(text: string, { x, y, fill, bold, middle, full }: WordsAt): string {
  const more = `${bold ? ' font-weight="600"' : ''}${middle ? ' text-anchor="middle"' : ''}`;
  const tooltip = full === undefined || full === text ? '' : `<title>${escape(full)}</title>`;
  return `<text x="${x}" y="${y}" fill="${fill}"${more}>${tooltip}${escape(text)}</text>`;
}

function fit(text: string, width: number): string {
  const most = Math.floor(width / LETTER);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
