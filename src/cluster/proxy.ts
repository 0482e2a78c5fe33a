import { BlockList, isIP } from 'node:net';

/**
 * The proxy for a server from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, by the rules of Go's `httpproxy`, which kubectl
 * follows: never for the own machine, names by suffix, addresses also by CIDR. `undefined`: connect directly.
 */
export function proxyFromEnvironment(server: URL, env: NodeJS.ProcessEnv): string | undefined {
  const read = (name: string): string | undefined => env[name] ?? env[name.toLowerCase()];
  const proxy = server.protocol === 'https:' ? read('HTTPS_PROXY') : read('HTTP_PROXY');
  if (!proxy) return undefined;
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  if (isOwnMachine(host) || isExcluded(read('NO_PROXY') ?? '', host, port)) return undefined;
  return /^[a-z0-9+.-]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

export function isOwnMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function isExcluded(list: string, host: string, port: string): boolean {
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => excludes(entry, host, port));
}

function excludes(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const cidr = /^([0-9a-f.:]+)\/(\d+)$/.exec(entry);
  if (cidr) return isInNetwork(host, cidr[1] ?? '', Number(cidr[2]));
  const [, name = entry, only] = isIP(entry) ? [] : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
  if (only !== undefined && only !== port) return false;
  const suffix = name.replace(/^\*?\./, '');
  return (host === suffix && !/^\*?\./.test(name)) || host.endsWith(`.${suffix}`);
}

function isInNetwork(host: string, network: string, prefix: number): boolean {
  const family = isIP(host);
  if (family === 0 || family !== isIP(network) || prefix > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
