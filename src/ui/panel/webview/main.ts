import type { Lane, Stretch } from '../../../core/rollout/timeline';
import { drawTimeline, heightOf, laneAt, timeAt, type Colours } from '../drawTimeline';
import type { FromPage, PanelModel, ToPage } from '../protocol';
import { duration, shift, zoom, type Span } from '../timeScale';

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const api = acquireVsCodeApi();

/** Empty space after the present, so that what happens next comes into sight. */
const AHEAD = 0.06;

const find = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
};
const [picture, heading, phrase, detail, history] = ['picture', 'title', 'phrase', 'detail', 'history'].map(find) as [
  HTMLElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
];

let model: PanelModel | undefined;
/** The extension's clock minus ours. */
let skew = 0;
/** What the user has zoomed to; `undefined`: everything, and it follows the present. */
let chosen: Span | undefined;
let lane = 0;
/** Of the lane: the stretch that the detail line speaks of; `undefined`: the last one. */
let stretch: number | undefined;

const now = (): number => Date.now() + skew;

function wholeSpan({ timeline }: PanelModel): Span {
  const starts = timeline.lanes.flatMap(({ stretches }) => stretches.map(({ from }) => from));
  const begun = timeline.passages.at(-1)?.from;
  const earliest = Math.min(now(), ...starts);
  // Pods that have run for days would press the rollout into a line: it begins shortly before the last passage.
  const from = begun === undefined ? Math.max(earliest, now() - 600_000) : Math.max(earliest, begun - 15_000);
  const length = Math.max(20_000, now() - from);
  return { from, to: from + length * (1 + AHEAD) };
}

function draw(): void {
  if (!model) return;
  const { lanes } = model.timeline;
  lane = Math.min(lane, Math.max(0, lanes.length - 1));
  const focused = document.activeElement === picture ? lane : undefined;
  picture.innerHTML = drawTimeline(model, {
    span: chosen ?? wholeSpan(model),
    width: widthOf(),
    now: now(),
    colours: colours(),
    focused,
  });
  // The picture is one list for a screen reader: the lanes are its options.
  picture.querySelector('svg')?.setAttribute('aria-hidden', 'true');
  picture.style.minHeight = `${heightOf(lanes.length)}px`;
  const current = lanes[lane];
  setText(detail, current ? detailOf(current, model) : model.words.none);
}

function widthOf(): number {
  return Math.max(360, picture.clientWidth);
}

/** Only what changed is written: a live region that is written anew is read out anew. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function detailOf({ name, stretches, marks }: Lane, { words }: PanelModel): string {
  const shown = stretches.at(stretch ?? -1);
  if (!shown) return `${name}: ${words.none}`;
  const { from, to = now(), state, reason, revision } = shown;
  const parts = [
    `${name}: ${reason ?? words.states[state]}`,
    `${clock(from, words.locale)} · ${duration(to - from)}`,
    ...(revision === undefined ? [] : [`${words.revision} ${revision}`]),
  ];
  const during = marks.filter(({ at, warning }) => warning && at >= from - 1000 && at <= to + 1000);
  const events = during
    .slice(-3)
    .map(({ reason: why, message, count }) => `${why}${count > 1 ? ` ×${count}` : ''}: ${message}`);
  return [parts.join(' · '), ...(events.length > 0 ? [`${words.events}: ${events.join(' — ')}`] : [])].join('\n');
}

function clock(time: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(time);
}

function showModel(next: PanelModel): void {
  model = next;
  skew = next.now - Date.now();
  setText(heading, next.title);
  setText(phrase, next.phrase);
  find('help').textContent = next.words.help;
  picture.setAttribute('aria-label', `${next.title}: ${next.phrase}`);
  showLaneNames(next);
  showHistory(next);
  draw();
}

/** For a screen reader: the lanes as options of a list, kept apart from the picture so that a redraw does not move it. */
function showLaneNames({ timeline, words }: PanelModel): void {
  const list = find('lanes');
  list.replaceChildren(
    ...timeline.lanes.map(({ name, stretches }, index) => {
      const option = document.createElement('li');
      option.id = `lane-${index}`;
      option.setAttribute('role', 'option');
      option.setAttribute('aria-selected', String(index === lane));
      const last = stretches.at(-1);
      const state = last === undefined ? words.none : (last.reason ?? words.states[last.state]);
      option.textContent = `${name}: ${state}${last?.revision === undefined ? '' : `, ${words.revision} ${last.revision}`}`;
      return option;
    }),
  );
  picture.setAttribute('aria-activedescendant', `lane-${lane}`);
}

function showHistory({ timeline: { passages }, words }: PanelModel): void {
  const row = (cells: readonly string[], tag: 'th' | 'td'): HTMLElement => {
    const line = document.createElement('tr');
    for (const text of cells) line.appendChild(document.createElement(tag)).textContent = text;
    return line;
  };
  const rows = [...passages]
    .reverse()
    .map(({ revision, images, from, to, outcome }) =>
      row(
        [
          revision,
          clock(from, words.locale),
          duration((to ?? now()) - from),
          words.outcomes[outcome],
          images.join(', '),
        ],
        'td',
      ),
    );
  find('seen').textContent = words.seen;
  history.replaceChildren(row(words.columns, 'th'), ...(rows.length > 0 ? rows : [row([words.none], 'td')]));
}

function colours(): Colours {
  const style = getComputedStyle(document.body);
  const of = (name: string, otherwise: string): string => {
    const value = style.getPropertyValue(`--vscode-${name}`).trim();
    return value === '' ? otherwise : value;
  };
  const faint = of('descriptionForeground', '#888');
  return {
    missing: faint,
    terminating: of('disabledForeground', '#999'),
    pending: faint,
    starting: of('charts-yellow', '#cca700'),
    pulling: of('charts-blue', '#3794ff'),
    // The theme's own orange is the brown of found text.
    notReady: '#d18616',
    ready: of('charts-green', '#89d185'),
    failed: of('charts-red', '#f14c4c'),
    text: of('foreground', '#ccc'),
    faint,
    line: of('editorIndentGuide-background1', of('panel-border', '#444')),
    background: of('editor-background', '#1e1e1e'),
    focus: of('focusBorder', '#007fd4'),
    warning: of('editorWarning-foreground', of('charts-yellow', '#cca700')),
    revisions: ['charts-purple', 'charts-blue', 'charts-yellow', 'charts-green'].map((name) => of(name, '#b180d7')),
  };
}

function span(): Span {
  return chosen ?? (model ? wholeSpan(model) : { from: now() - 60_000, to: now() });
}

function zoomBy(factor: number, at = (span().from + span().to) / 2): void {
  chosen = zoom(span(), factor, at);
  draw();
}

function panBy(share: number): void {
  const { from, to } = span();
  chosen = shift({ from, to }, (to - from) * share);
  draw();
}

function selectLane(index: number): void {
  const count = model?.timeline.lanes.length ?? 0;
  lane = Math.max(0, Math.min(count - 1, index));
  stretch = undefined;
  for (const [each, option] of [...find('lanes').children].entries())
    option.setAttribute('aria-selected', String(each === lane));
  picture.setAttribute('aria-activedescendant', `lane-${lane}`);
  draw();
}

function selectStretch(by: number): void {
  const stretches: readonly Stretch[] = model?.timeline.lanes[lane]?.stretches ?? [];
  stretch = Math.max(0, Math.min(stretches.length - 1, (stretch ?? stretches.length - 1) + by));
  draw();
}

function save(format: 'svg' | 'png'): void {
  if (!model) return;
  const width = widthOf();
  const text = drawTimeline(model, { span: span(), width, now: now(), colours: colours(), withTitle: true });
  if (format === 'svg') {
    api.postMessage({ type: 'save', format, data: text });
    return;
  }
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement('canvas');
    // Twice as large: sharp on the screens of today.
    [canvas.width, canvas.height] = [image.width * 2, image.height * 2];
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    api.postMessage({ type: 'save', format, data: canvas.toDataURL('image/png').replace(/^data:[^,]*,/, '') });
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

const ACTIONS: Readonly<Record<string, () => void>> = {
  '+': () => zoomBy(1 / 1.5),
  '=': () => zoomBy(1 / 1.5),
  '-': () => zoomBy(1.5),
  '0': () => {
    chosen = undefined;
    draw();
  },
  ArrowUp: () => selectLane(lane - 1),
  ArrowDown: () => selectLane(lane + 1),
  ArrowLeft: () => selectStretch(-1),
  ArrowRight: () => selectStretch(1),
  'Shift+ArrowLeft': () => panBy(-0.2),
  'Shift+ArrowRight': () => panBy(0.2),
};

picture.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = ACTIONS[event.shiftKey && event.key.startsWith('Arrow') ? `Shift+${event.key}` : event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
picture.addEventListener('focus', draw);
picture.addEventListener('blur', draw);
picture.addEventListener('click', (event) => {
  const box = picture.getBoundingClientRect();
  const index = laneAt(event.clientY - box.top, model?.timeline.lanes.length ?? 0);
  if (index === undefined) return;
  const at = timeAt(event.clientX - box.left, { span: span(), width: widthOf() });
  selectLane(index);
  const found =
    model?.timeline.lanes[index]?.stretches.findIndex(({ from, to = now() }) => from <= at && at <= to) ?? -1;
  stretch = found < 0 ? undefined : found;
  draw();
});
picture.addEventListener(
  'wheel',
  (event) => {
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (event.ctrlKey || event.metaKey) {
      const at = timeAt(event.clientX - picture.getBoundingClientRect().left, { span: span(), width: widthOf() });
      zoomBy(event.deltaY > 0 ? 1.2 : 1 / 1.2, at);
    } else if (sideways !== 0) panBy(sideways / 1000);
    else return;
    event.preventDefault();
  },
  { passive: false },
);
find('closer').addEventListener('click', () => zoomBy(1 / 1.5));
find('wider').addEventListener('click', () => zoomBy(1.5));
find('all').addEventListener('click', () => ACTIONS['0']?.());
find('svg').addEventListener('click', () => save('svg'));
find('png').addEventListener('click', () => save('png'));
window.addEventListener('resize', draw);
window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => showModel(data.model));
// The present moves on, also when nothing happens.
setInterval(draw, 1000);
// Colours are read when something is drawn.
new MutationObserver(draw).observe(document.body, { attributes: true, attributeFilter: ['class'] });
api.postMessage({ type: 'ready' });
