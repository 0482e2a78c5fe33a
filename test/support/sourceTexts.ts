import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A text in the source that a person may read. */
export interface SourceText {
  /** `src/core/wording.ts:12` */
  readonly place: string;
  /** As it stands in the source. */
  readonly source: string;
  /** Its key in `l10n/`: the sentence with `{0}`, `{1}` … for its values; `undefined` where it is not marked with `t`. */
  readonly key: string | undefined;
}

/** Where a text goes that a person reads: the fields of findings and messages, and what is thrown or asked. */
const FIELDS = new Set(['message', 'advice', 'placeHolder', 'prompt', 'detail', 'tooltip', 'title', 'label']);
const CALLS = /^(?:ExpectedError|show(?:Information|Warning|Error)Message|commandLink)$/;

/** Every sentence marked with `t`, and every text in a place for sentences that is not. */
export function sourceTexts(folder = 'src'): readonly SourceText[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => textsIn(join(folder, file)));
}

function textsIn(file: string): readonly SourceText[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const texts: SourceText[] = [];
  const add = (node: ts.Node, key?: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    texts.push({ place: `${file}:${line + 1}`, source: node.getText(), key });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 't') add(node, keyOf(node.template));
    else if (isText(node) && hasWords(node) && isForPeople(node)) add(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

function isText(node: ts.Node): boolean {
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
}

/** Two words beside each other outside the values: less is a name, a unit or a separator. */
function hasWords(node: ts.Node): boolean {
  const words = node.getText().replace(/\$\{[^}]*\}/g, ' ');
  return /[A-Za-z]{2,}[ ,:]+[a-z]{2,}/.test(words);
}

/** Follows the text outwards through conditions and joins to the field or the call it ends in. */
function isForPeople(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isConditionalExpression(parent) || ts.isBinaryExpression(parent) || ts.isParenthesizedExpression(parent))
    return isForPeople(parent);
  if (ts.isPropertyAssignment(parent)) return FIELDS.has(parent.name.getText());
  if (ts.isNewExpression(parent) || ts.isCallExpression(parent))
    return CALLS.test(parent.expression.getText().split('.').at(-1) ?? '');
  return false;
}

function keyOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return template.templateSpans.reduce(
    (text, { literal }, index) => `${text}{${index}}${literal.text}`,
    template.head.text,
  );
}
