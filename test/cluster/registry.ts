// An image registry on 127.0.0.1 for the containerds of real nodes, as a process of its own:
//
//   registry.ts PORT
//
// Whatever is asked for is there, except tags that contain "missing". Every name and tag is an image of its own, whose
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

function fail(response: ServerResponse, code: string): void {
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }));
}

const server = createServer((request, response) => {
  const [, name, kind, reference] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/.exec(request.url ?? '') ?? [];
  if (name === undefined || reference === undefined) {
    response.writeHead(200).end('{}');
    return;
  }
  const found = find(name, reference);
  if (!found) {
    fail(response, kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN');
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
