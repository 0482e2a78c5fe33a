import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lane, LaneState, Timeline } from '../../../../src/core/rollout/timeline';
import { drawTimeline, laneAt, timeAt, type Colours, type Drawing } from '../../../../src/ui/panel/drawTimeline';
import type { PanelModel } from '../../../../src/ui/panel/protocol';

const STATES: readonly LaneState[] = [
  'missing',
  'terminating',
  'pending',
  'starting',
  'notReady',
  'ready',
  'failed',
  'pulling',
];
/** Each name for itself: a test then reads the name where the value would stand. */
function named<Names extends string>(names: readonly Names[]): Record<Names, string> {
  const record: Partial<Record<Names, string>> = {};
  for (const name of names) record[name] = name;
  return record as Record<Names, string>;
}

const colours: Colours = {
  ...named(STATES),
  ...named(['text', 'faint', 'line', 'background', 'focus', 'warning']),
  revisions: ['first', 'second'],
};

function modelOf(lanes: readonly Lane[], more: Partial<PanelModel> = {}): PanelModel {
  const timeline: Timeline = { uid: 'u', lanes, marks: [], passages: [] };
  return {
    title: 'StatefulSet web',
    phrase: '1 of 2 updated',
    timeline,
    next: undefined,
    now: 100_000,
    words: {
      states: { ...named(STATES), notReady: 'running, not ready' },
      ...{
        heldBack: 'held',
        next: 'next',
        revision: 'rev',
        events: 'events',
        seen: 'seen',
        none: 'none',
        help: 'help',
      },
      columns: ['a', 'b', 'c', 'd', 'e'],
      outcomes: named(['running', 'complete', 'superseded']),
      locale: 'en',
    },
    ...more,
  };
}

const drawing: Drawing = { span: { from: 0, to: 100_000 }, width: 1156, now: 90_000, colours };

function lane(name: string, more: Partial<Lane> = {}): Lane {
  const stretches = [{ from: 0, to: undefined, state: 'ready', reason: undefined, pod: 'p', revision: 'aaa' }] as const;
  return { name, held: false, stretches, marks: [], ...more };
}

test('a stretch is as long as it lasted, and the last one ends at the present', () => {
  const stretches = [
    { from: 10_000, to: 40_000, state: 'starting', reason: undefined, pod: 'p', revision: 'aaa' },
    { from: 40_000, to: undefined, state: 'failed', reason: 'ErrImagePull', pod: 'p', revision: 'bbb' },
  ] as const;
  const svg = drawTimeline(modelOf([lane('web-0', { stretches })]), drawing);
  assert.match(svg, /width="300" height="18" fill="starting"/);
  assert.match(svg, /width="500" height="18" fill="failed"/);
  assert.match(svg, /width="300" height="4" fill="first"/, 'the older revision has the first colour');
  assert.match(svg, /width="500" height="4" fill="second"/);
  assert.match(svg, />ErrImagePull</);
});

test('what lies outside of the span is not drawn', () => {
  const mark = { uid: 'e', at: 150_000, reason: 'BackOff', message: 'm', warning: true, count: 1 };
  const stretches = [
    { from: 120_000, to: 130_000, state: 'failed', reason: undefined, pod: 'p', revision: 'a' },
  ] as const;
  const svg = drawTimeline(modelOf([lane('web-0', { stretches, marks: [mark] })]), drawing);
  assert.ok(!svg.includes('fill="failed"'));
  assert.ok(!svg.includes('BackOff'));
});

test('names, reasons and events of the cluster are text, never markup', () => {
  const evil = '<script>alert("x")</script>&\'';
  const mark = { uid: 'e', at: 50_000, reason: evil, message: evil, warning: true, count: 2 };
  const stretches = [{ from: 0, to: undefined, state: 'failed', reason: evil, pod: 'p', revision: evil }] as const;
  const model = modelOf([lane(evil, { stretches, marks: [mark] })], { title: evil, phrase: evil, next: evil });
  const svg = drawTimeline(model, { ...drawing, withTitle: true });
  assert.ok(!svg.includes('<script'));
  assert.ok(!svg.includes('alert("x")'));
});

test('a lane says what its pod does now, that the partition holds it, or that it is next', () => {
  const lanes = [lane('web-0', { held: true }), lane('web-1'), lane('web-2')];
  const svg = drawTimeline(modelOf(lanes, { next: 'web-1' }), drawing);
  assert.match(svg, /web-0.*>held<.*web-1.*>next · ready<.*web-2.*>ready</s);
});

test('a point of the picture leads back to its lane and time', () => {
  assert.equal(laneAt(10, 3), undefined);
  assert.equal(laneAt(31, 3), 0);
  assert.equal(laneAt(31 + 2 * 42, 3), 2);
  assert.equal(laneAt(1000, 3), undefined);
  assert.equal(timeAt(140 + 250, drawing), 25_000);
});

test('an empty timeline is a picture too', () => {
  assert.match(drawTimeline(modelOf([]), drawing), /^<svg .*<\/svg>$/);
});
