/** Whether the text is a Helm (Go) template: an action stands outside of quotes. */
export function isTemplate(text: string): boolean {
  if (!text.includes('{{')) return false;
  return text.split('\n').some((line) => line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'|#.*$/g, '').includes('{{'));
}

/**
 * The text with its actions replaced by something that YAML can read, character for character, so that every offset
 * stays: a line of actions only becomes a comment, a block that is inserted becomes nothing, a value becomes `TTT`.
 */
export function maskTemplate(text: string): string {
  const blank = (part: string): string => part.replace(/[^\r\n]/g, ' ');
  const lines = text.replace(/\{\{[\s\S]*?\}\}/g, (action) => action.replace(/[\r\n]/g, ' ')).split('\n');
  const sameLines = lines.map((line) => {
    if (!line.includes('{{')) return line;
    const bare = line.replace(/\{\{.*?\}\}/g, '').trim();
    if (bare === '' || bare.startsWith('#')) return line.replace(/\S/, '#');
    return line.replace(/\{\{.*?\}\}/g, (action) =>
      /\b(?:nindent|indent|toYaml|include)\b/.test(action) && line.trimEnd().endsWith(action)
        ? blank(action)
        : 'T'.repeat(action.length),
    );
  });
  // An action that is still being typed must not be read as nested maps: a hundred of them take the parser seconds.
  return sameLines.join('\n').replaceAll('{{', 'TT');
}
