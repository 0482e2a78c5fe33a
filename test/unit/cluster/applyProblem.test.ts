import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiError } from '../../../src/cluster/apiErrors';
import { applyProblemOf } from '../../../src/cluster/applyProblem';

const WHAT = 'StatefulSet db/web';

function problemOf(status: number, message: string, details: object = {}) {
  return applyProblemOf(apiError({ status, body: { message, details }, action: 'apply' }), WHAT);
}

test('lists every field that the schema does not have, from a 500 as from a 400', () => {
  const message =
    'failed to create typed patch object (db/web; apps/v1, Kind=StatefulSet): errors:\n  .spec.template.spec.containers[name="app"].imgae: field not declared in schema\n  .spec.foo: field not declared in schema';
  for (const status of [500, 400]) {
    const problem = problemOf(status, message);
    assert.equal(problem?.kind, 'unknownField');
    assert.deepEqual(
      problem.fields.map(({ path }) => path),
      [
        ['spec', 'template', 'spec', 'containers', { name: 'app' }, 'imgae'],
        ['spec', 'foo'],
      ],
    );
    assert.equal(
      problem.message,
      'StatefulSet db/web was refused: there is no field spec.template.spec.containers[name="app"].imgae, spec.foo',
    );
  }
});

test('takes a wrong type for an invalid value, also beside an unknown field', () => {
  const problem = problemOf(
    500,
    'failed to create typed patch object (db/web; apps/v1, Kind=StatefulSet): errors:\n  .spec.replicas: expected numeric (int or float), got string\n  .spec.foo: field not declared in schema',
  );
  assert.equal(problem?.kind, 'invalid');
  assert.equal(problem.fields[0]?.message, 'expected numeric (int or float), got string');
});

test('leaves a server that is broken to the one who shows connection problems', () => {
  assert.equal(problemOf(500, 'etcdserver: leader changed'), undefined);
  assert.equal(problemOf(401, 'Unauthorized'), undefined);
  assert.equal(problemOf(429, 'too many requests'), undefined);
});

test('reads owners and fields of a conflict', () => {
  const cause = (manager: string, field: string) => ({
    reason: 'FieldManagerConflict',
    field,
    message: `conflict with "${manager}" using apps/v1`,
  });
  const causes = [
    cause('helm', '.spec.replicas'),
    cause('helm', '.metadata.labels.app.kubernetes.io/name'),
    cause('hpa', '.spec.replicas'),
  ];
  const problem = problemOf(409, 'Apply failed with 3 conflicts', { causes });
  assert.equal(problem?.kind, 'conflict');
  assert.deepEqual(problem.managers, ['helm', 'hpa']);
  assert.deepEqual(problem.fields[1]?.path, ['metadata', 'labels', 'app.kubernetes.io/name']);
  assert.equal(
    problem.message,
    'StatefulSet db/web was refused: spec.replicas, metadata.labels.app.kubernetes.io/name belongs to helm, hpa. Apply with force to take over these fields.',
  );
});

test('does not take a changed version for a conflict of owners', () => {
  assert.equal(problemOf(409, 'the object has been modified')?.kind, 'other');
});

test('passes on what admission says', () => {
  const message = 'admission webhook "policy.example" denied the request: no latest';
  assert.deepEqual(problemOf(403, message), {
    kind: 'forbidden',
    message: `StatefulSet db/web was refused: ${message}`,
    fields: [],
    managers: [],
  });
});
