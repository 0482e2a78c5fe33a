import type { ScalarTag, Tags } from 'yaml';

/*
 * kubectl reads YAML 1.1's booleans and octal numbers (sigs.k8s.io/yaml on go-yaml 2), but none of its dates and
 * base-60 numbers. With these two tags before those of the core schema, all scalars are read as kubectl reads them.
 */

const bool: ScalarTag = {
  identify: (value) => typeof value === 'boolean',
  default: true,
  tag: 'tag:yaml.org,2002:bool',
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE|n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/,
  resolve: (text) => /^(?:y|on|t)/i.test(text),
};

const int: ScalarTag = {
  identify: (value) => typeof value === 'number' && Number.isInteger(value),
  default: true,
  tag: 'tag:yaml.org,2002:int',
  test: /^[-+]?(?:0[0-7_]+|0o[0-7_]+|0b[01_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*|0)$/,
  resolve: (text) => {
    const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
    const value = /^0[0-7]/.test(digits) ? parseInt(digits, 8) : Number(digits);
    return text.startsWith('-') ? -value : value;
  },
};

export const kubectlTags = (core: Tags): Tags => [bool, int, ...core];
