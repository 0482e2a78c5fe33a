import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { ManifestEditor } from './editor';
import { workloadText } from './manifests';

suite('bad input', () => {
  test('broken YAML is marked, and the other documents keep their lenses', async () => {
    const text = `${workloadText({ name: 'good' })}---\nkind: StatefulSet\nmetadata: {name: "broken\n`;
    const editor = await ManifestEditor.create('broken.yaml', text);
    await editor.problemUntil(/./);
    const lenses = await editor.lenses();
    assert.ok(lenses.filter((lens) => lens.startsWith('Apply')).length >= 1, lenses.join(' | '));
  });

  test('an empty file and a file without workloads say nothing', async () => {
    for (const [name, text] of [
      ['empty.yaml', ''],
      ['service.yaml', 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n'],
      ['values.yaml', 'replicas: 3\n'],
    ] as const) {
      const editor = await ManifestEditor.create(name, text);
      assert.deepEqual(await editor.lenses(), [], name);
      assert.deepEqual(editor.problems(), [], name);
    }
  });
});
