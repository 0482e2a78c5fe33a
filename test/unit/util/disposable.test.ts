import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DisposableStore, MutableDisposable, toDisposable } from '../../../src/util/disposable';

function noting(notes: string[], name: string) {
  return { dispose: () => void notes.push(name) };
}

test('runs a disposable once', () => {
  let runs = 0;
  const disposable = toDisposable(() => runs++);
  disposable.dispose();
  disposable.dispose();
  assert.equal(runs, 1);
});

test('disposes in reverse order, goes on when one throws, and throws in the end', () => {
  const notes: string[] = [];
  const store = new DisposableStore();
  store.add(noting(notes, 'a'));
  store.add({
    dispose() {
      throw new Error('b');
    },
  });
  store.add(noting(notes, 'c'));
  assert.throws(() => {
    store.dispose();
  }, /^Error: b$/);
  assert.deepEqual(notes, ['c', 'a']);
  store.dispose();
  assert.deepEqual(notes, ['c', 'a']);
});

test('disposes at once what comes too late, and stays usable after it was cleared', () => {
  const notes: string[] = [];
  const store = new DisposableStore();
  store.add(noting(notes, 'a'));
  store.clear();
  store.add(noting(notes, 'b'));
  assert.deepEqual(notes, ['a']);
  store.dispose();
  store.add(noting(notes, 'c'));
  assert.deepEqual(notes, ['a', 'b', 'c']);
});

test('disposes what is replaced', () => {
  const notes: string[] = [];
  const holder = new MutableDisposable();
  const a = noting(notes, 'a');
  holder.value = a;
  holder.value = a;
  assert.deepEqual(notes, []);
  holder.value = noting(notes, 'b');
  assert.deepEqual(notes, ['a']);
  holder.clear();
  holder.dispose();
  holder.value = noting(notes, 'c');
  assert.deepEqual(notes, ['a', 'b', 'c']);
  assert.equal(holder.value, undefined);
});
