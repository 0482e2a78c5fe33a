import { t } from '../../util/l10n';
import type { SyntaxProblem } from './manifest';
import { isTemplate, maskTemplate } from './maskTemplate';
import { readAnyYaml } from './readAnyYaml';
import { readPlainYaml } from './readPlainYaml';
import { ignoreComments, type IgnoreComments } from './suppressions';
import { YamlManifest, type DocumentPlace } from './yamlManifest';
import { entryOf } from './yamlNodes';
import type { YamlMap, YamlNode } from './yamlTree';

/** What one document holds; ranges are those of its own text, so it stays right when the document moves. */
export interface ParsedDocument {
  readonly problems: readonly SyntaxProblem[];
  readonly comments: IgnoreComments;
  manifests(offset: number, kustomized: boolean): readonly YamlManifest[];
}

/** Reads one document of a file. Never throws. */
export function readDocument(original: string): ParsedDocument {
  const comments = ignoreComments(original);
  if (!mayBeManifest(original)) return { problems: [], comments, manifests: () => [] };
  const template = isTemplate(original);
  const text = template ? maskTemplate(original) : original;
  const { objects, problems } = readObjects(text);
  // What stands in a template may be right once it is rendered.
  return {
    problems: template ? [] : problems,
    comments,
    manifests: (offset, kustomized) => {
      const place: DocumentPlace = { text, offset, template, kustomized };
      return objects.map((root) => new YamlManifest(root, place));
    },
  };
}

/** Values files, workflows and the like are none of our business, their mistakes included: they have no `kind` of their own. */
function mayBeManifest(text: string): boolean {
  return /^\uFEFF?["']?kind["']?\s*:/m.test(text) || /^\s*\{/.test(text);
}

interface Objects {
  readonly objects: readonly YamlMap[];
  readonly problems: readonly SyntaxProblem[];
}

const VARIABLE = /\$\{([^{}\n]*)\}/g;

function readObjects(text: string): Objects {
  const plain = readPlainYaml(text);
  if (plain) return { objects: objectsOf(plain), problems: [] };
  const read = readBroken(text);
  if (read.problems.length === 0 || text.search(VARIABLE) < 0) return read;
  // In braces and brackets the variables of envsubst are no YAML before they are replaced; these are, and as long.
  const replaced = readObjects(text.replace(VARIABLE, '$($1)'));
  return replaced.problems.length < read.problems.length ? replaced : read;
}

function readBroken(text: string): Objects {
  try {
    const { root, problems } = readAnyYaml(text);
    return { objects: root ? objectsOf(root) : [], problems };
  } catch (error) {
    // The parser is not known to throw; if it does, the file's other documents must not suffer.
    const cause = error instanceof Error ? error.message : String(error);
    const message = t`This document could not be read: ${cause}`;
    return { objects: [], problems: [{ message, range: { start: 0, end: 1 }, severity: 'error' }] };
  }
}

function objectsOf(node: YamlNode): YamlMap[] {
  if (node.kind !== 'map' || typeof node.value.kind !== 'string') return [];
  if (!node.value.kind.endsWith('List')) return [node];
  const items = entryOf(node, 'items')?.value;
  return items?.kind === 'seq' ? items.items.flatMap(objectsOf) : [node];
}
