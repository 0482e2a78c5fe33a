import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExpectedError, errorMessage, isAbort, isExpected } from '../../../src/util/errors';

test('shows the message of an expected error, and marks any other as a mistake of ours', () => {
  assert.equal(errorMessage(new ExpectedError('There is no kubeconfig.')), 'There is no kubeconfig.');
  assert.equal(errorMessage(new TypeError('x is undefined')), 'Internal error: x is undefined (see the log)');
  assert.equal(errorMessage('text'), 'Internal error: text (see the log)');
  assert.equal(errorMessage(new Error('')), 'Internal error: unknown (see the log)');
});

test('knows an expected error of the other bundle, which has a class of its own', () => {
  class ElsewhereError extends Error {
    readonly expected = true;
  }
  assert.ok(isExpected(new ElsewhereError('x')));
  assert.ok(!isExpected(new Error('x')));
  assert.ok(!isExpected({ expected: true }));
});

test('knows an abort', () => {
  const controller = new AbortController();
  controller.abort();
  assert.ok(isAbort(controller.signal.reason));
  assert.ok(!isAbort(new Error('x')));
});
