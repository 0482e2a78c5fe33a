import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Emitter } from '../../../src/util/event';

test('tells everybody who listens, and nobody who has stopped', () => {
  const emitter = new Emitter<number>();
  const heard: string[] = [];
  const first = emitter.event((value) => heard.push(`first ${value}`));
  emitter.event((value) => heard.push(`second ${value}`));
  emitter.fire(1);
  first.dispose();
  emitter.fire(2);
  emitter.dispose();
  emitter.fire(3);
  assert.deepEqual(heard, ['first 1', 'second 1', 'second 2']);
  assert.equal(emitter.hasListeners, false);
});

test('tells a listener twice that has been added twice', () => {
  const emitter = new Emitter<number>();
  let heard = 0;
  const listener = (): number => heard++;
  emitter.event(listener);
  emitter.event(listener).dispose();
  emitter.fire(1);
  assert.equal(heard, 1);
});

test('tells the others when a listener throws, and lets the error surface', async () => {
  const emitter = new Emitter<number>();
  const surfaced = new Promise<unknown>((resolve) => {
    const [before] = process.listeners('uncaughtException').splice(0);
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => {
      if (before) process.on('uncaughtException', before);
      resolve(error);
    });
  });
  let heard = 0;
  emitter.event(() => {
    throw new Error('a mistake');
  });
  emitter.event(() => heard++);
  emitter.fire(1);
  assert.equal(heard, 1);
  assert.equal(((await surfaced) as Error).message, 'a mistake');
});
