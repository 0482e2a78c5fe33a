import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitDocuments } from '../../src/core/manifest/splitDocuments';

/** Every YAML file below `test`: the demo's workspace, the scenarios, and whatever else there is. */
export function fixtureFiles(): readonly string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file) && !file.includes('node_modules'))
    .sort()
    .map((file) => readFileSync(join('test', file), 'utf8'));
}

export function fixtureDocuments(): readonly string[] {
  return fixtureFiles().flatMap((text) =>
    splitDocuments(text).flatMap((chunk) => (chunk.text.trim() === '' ? [] : [chunk.text])),
  );
}
