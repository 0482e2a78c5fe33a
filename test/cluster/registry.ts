// An image registry on 127.0.0.1 for the containerds of real nodes, as a process of its own:
//
//   registry.ts PORT
//
// Whatever is asked for is there, except tags that contain "missing"; names that begin with "private/" are answered with
// 401 without the credentials user:secret, tags that contain "limited" with 429. Every name and tag is an image of its own, whose
// command answers HTTP on port 8080.
import { createServer, type ServerResponse } from 'node:http';
import { busyboxImage, digestOf, manifestType, type Image } from './images';

interface Content {
  type: string;
  data: Buffer;
}

const images = new Map<string, Image>();
const byDigest = new Map<string, Content>();

function imageOf(reference: string): Image {
  const known = images.get(reference);
  if (known) return known;
  const image = busyboxImage('server', reference);
  images.set(reference, image);
  byDigest.set(image.digest, { type: manifestType, data: image.manifest });
  for (const data of image.blobs) byDigest.set(digestOf(data), { type: 'application/octet-stream', data });
  return image;
}

function find(name: string, reference: string): Content | undefined {
  if (reference.startsWith('sha256:')) return byDigest.get(reference);
  if (reference.includes('missing')) return undefined;
  return { type: manifestType, data: imageOf(`${name}:${reference}`).manifest };
}

const basic = `Basic ${Buffer.from('user:secret').toString('base64')}`;

function fail(response: ServerResponse, status: number, code: string): void {
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="test"' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...challenge });
  response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }));
}

const server = createServer((request, response) => {
  const [, name, kind, reference] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/.exec(request.url ?? '') ?? [];
  if (name === undefined || reference === undefined) {
    response.writeHead(200).end('{}');
    return;
  }
  if (name.startsWith('private/') && request.headers.authorization !== basic) {
    fail(response, 401, 'UNAUTHORIZED');
    return;
  }
  if (reference.includes('limited')) {
    fail(response, 429, 'TOOMANYREQUESTS');
    return;
  }
  const found = find(name, reference);
  if (!found) {
    fail(response, 404, kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN');
    return;
  }
  response.writeHead(200, {
    'content-type': found.type,
    'content-length': found.data.length,
    'docker-content-digest': digestOf(found.data),
  });
  response.end(request.method === 'HEAD' ? undefined : found.data);
});

server.listen(Number(process.argv[2]), '127.0.0.1');

// Like the other components: with a pipe as stdin, it ends when the harness does.
if (process.env.K8S_LIFELINE) process.stdin.resume().on('close', () => process.exit(1));
