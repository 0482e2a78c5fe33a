import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineSplitter } from '../../../src/cluster/lines';

test('gives the same lines wherever the bytes are cut, also inside of a character', () => {
  const bytes = Buffer.from('{"a":1}\n\n{"b":"grün 🎉"}\nrest');
  for (let size = 1; size <= bytes.length; size++) {
    const splitter = new LineSplitter();
    const lines: string[] = [];
    for (let start = 0; start < bytes.length; start += size)
      lines.push(...splitter.push(bytes.subarray(start, start + size)));
    assert.deepEqual(lines, ['{"a":1}', '{"b":"grün 🎉"}'], `${size} bytes at a time`);
  }
});
