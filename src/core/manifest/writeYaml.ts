import { resolvePlain } from './plainScalar';

/** Plain objects as YAML in the style of `kubectl get -o yaml`: for people to read and compare, keys in their order. */
export function writeYaml(value: unknown): string {
  return `${blockOf(value, '')}\n`.replace(/^\n/, '');
}

/** Begins with a line break where the value is a block below its key. */
function blockOf(value: unknown, indent: string): string {
  if (Array.isArray(value)) return listOf(value as readonly unknown[], indent);
  if (typeof value !== 'object' || value === null) return scalarOf(value, indent);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return '{}';
  return entries.map(([key, item]) => `\n${indent}${keyOf(key)}:${after(item, indent)}`).join('');
}

function after(value: unknown, indent: string): string {
  const block = blockOf(value, Array.isArray(value) ? indent : `${indent}  `);
  return block.startsWith('\n') ? block : ` ${block}`;
}

function listOf(items: readonly unknown[], indent: string): string {
  if (items.length === 0) return '[]';
  return items
    .map((item) => {
      const block = blockOf(item, `${indent}  `);
      // The first key stands behind the dash.
      return `\n${indent}- ${block.startsWith('\n') ? block.slice(1 + indent.length + 2) : block}`;
    })
    .join('');
}

function keyOf(key: string): string {
  return isPlain(key) ? key : JSON.stringify(key);
}

function scalarOf(value: unknown, indent: string): string {
  if (typeof value !== 'string') return String(value);
  if (/\n/.test(value) && !/^\s|[^\S\n]\n|[^\P{C}\n\t]/u.test(value)) {
    const chomp = value.endsWith('\n') ? (/\n\n$/.test(value) ? '+' : '') : '-';
    const lines = value.replace(/\n$/, '').split('\n');
    return `|${chomp}${lines.map((line) => (line === '' ? '\n' : `\n${indent}${line}`)).join('')}`;
  }
  return isPlain(value) ? value : JSON.stringify(value);
}

/** Read back as the same text, also by readers of YAML 1.1. */
function isPlain(text: string): boolean {
  if (!/^[\w./][^\n\t"'\\{}[\],&*#!|>%@`]*$/.test(text) || /:(?:\s|$)|\s$|\s#/.test(text)) return false;
  return (
    resolvePlain(text) === text &&
    !/^(?:y|n|yes|no|on|off|~|[-+.\d][\d_:.eE+-]*|0[xo].*|\d{4}-\d\d?-\d\d?.*)$/i.test(text)
  );
}
