import { t } from '../../util/l10n';

export type ImageReference =
  | {
      readonly kind: 'valid';
      /** Host and port; `docker.io` when the reference names none. */
      readonly registry: string;
      readonly repository: string;
      readonly tag: string | undefined;
      readonly digest: string | undefined;
    }
  | {
      readonly kind: 'invalid';
      /** Half a sentence: `repository names are lower case`. */
      readonly problem: string;
    };

// The grammar of github.com/distribution/reference (regexp.go), which container runtimes use.
const DOMAIN_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_PART}(?:\\.${DOMAIN_PART})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?`;
const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^(?:(${DOMAIN})/)?(${PART}(?:/${PART})*)(?::(\\w[\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);

const MOST_CHARACTERS = 255;

export function parseImageReference(text: string): ImageReference {
  const invalid = (problem: string): ImageReference => ({ kind: 'invalid', problem });
  if (text === '') return invalid(t`it is empty`);
  if (text !== text.trim()) return invalid(t`it has blanks at its ends`);
  const match = REFERENCE.exec(text);
  if (!match) return invalid(problemOf(text));
  const [, domain, path = '', tag, digest] = match;
  // Without a dot, a port or `localhost`, the first part is no host but a part of the repository (normalize.go).
  const isHost =
    domain !== undefined && (/[.:]/.test(domain) || domain === 'localhost' || domain !== domain.toLowerCase());
  const repository = domain === undefined || isHost ? path : `${domain}/${path}`;
  const registry = isHost ? domain : 'docker.io';
  if (repository.length > MOST_CHARACTERS)
    return invalid(t`its repository has more than ${MOST_CHARACTERS} characters`);
  if (/^[0-9a-f]{64}$/.test(text)) return invalid(t`64 hexadecimal digits alone are an image id, not a name`);
  if (digest?.startsWith('sha256:') === true && digest.length !== 'sha256:'.length + 64) {
    return invalid(t`a sha256 digest has 64 hexadecimal digits`);
  }
  return { kind: 'valid', registry, repository, tag, digest };
}

function problemOf(text: string): string {
  if (/^[a-z]+:\/\//i.test(text))
    return t`it begins with ${text.slice(0, text.indexOf('//') + 2)}: an image has no scheme`;
  if (/\s/.test(text)) return t`it contains a blank`;
  const [name = '', ...digests] = text.split('@');
  if (digests.length > 1) return t`it has two digests`;
  if (digests.length === 1 && !/^[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,}$/.test(digests[0] ?? '')) {
    return t`${JSON.stringify(digests[0])} is no digest`;
  }
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (name.includes('//') || name.startsWith('/') || name.endsWith('/')) return t`it has an empty part between slashes`;
  if (last.split(':').length > 2) return t`it has two tags`;
  if (last.endsWith(':')) return t`its tag is empty`;
  if (last.includes(':') && !/^\w[\w.-]{0,127}$/.test(last.slice(last.indexOf(':') + 1))) {
    return t`${JSON.stringify(last.slice(last.indexOf(':') + 1))} is no tag`;
  }
  if (/[A-Z]/.test(name.split(':')[0] ?? '')) return t`repository names are lower case`;
  return t`it is not of the form registry/repository:tag`;
}

/** Whether an entry of a pull secret is for a registry: a key of `auths` may carry a scheme and a path; `*` stands for one label of the host, and no port means any. */
export function isKeyFor(key: string, registry: string): boolean {
  const [host = ''] = key.replace(/^https?:\/\//, '').split('/');
  const [name = '', port] = host.replace(/^(?:index|registry-1)\.docker\.io$/, 'docker.io').split(':');
  const [wanted = '', wantedPort] = registry.split(':');
  if (port !== undefined && port !== wantedPort) return false;
  const labels = name.split('.');
  const others = wanted.split('.');
  return labels.length === others.length && labels.every((label, index) => matches(label, others[index] ?? ''));
}

function matches(pattern: string, label: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(label);
}
