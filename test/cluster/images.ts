// Container images without Docker: OCI images of one static busybox, and archives of them for `ctr images import`.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { execute } from './processes';

const busybox = '/bin/busybox';

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';

export interface Image {
  digest: string;
  manifest: Buffer;
  /** Layer and configuration. */
  blobs: Buffer[];
}

export const digestOf = (data: Buffer) => `sha256:${createHash('sha256').update(data).digest('hex')}`;

interface Entry {
  /** Of a directory when it ends in "/". */
  name: string;
  mode?: number;
  data?: Buffer;
  /** Target of a symbolic link. */
  link?: string;
}

function tar(entries: Entry[]): Buffer {
  const blocks: Buffer[] = [];
  for (const { name, mode = 0o755, data = Buffer.alloc(0), link = '' } of entries) {
    const header = Buffer.alloc(512);
    const type = link ? '2' : name.endsWith('/') ? '5' : '0';
    const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
    header.write(name, 0);
    header.write(octal(mode, 8) + octal(0, 8) + octal(0, 8) + octal(data.length, 12) + octal(0, 12), 100);
    header.write(`        ${type}${link}`, 148); // the checksum counts as spaces
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${octal(sum, 7)} `, 148);
    blocks.push(header, data, Buffer.alloc((512 - (data.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** Answers /ready with 200 and any other path with 404, on port 8080; ends at once on SIGTERM. */
const server = 'trap exit TERM; mkdir -p /www && echo ready > /www/ready; httpd -f -p 8080 -h /www & wait';
/** Does nothing, for as long as it takes; ends at once on SIGTERM. */
const sleeper = 'trap exit TERM; while :; do sleep 1; done';

let layer: Buffer | undefined;

/** All of busybox, below /bin; the same for every image. */
function busyboxLayer(): Buffer {
  const applets = execute(busybox, ['--list']).trim().split('\n');
  const users = 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n';
  layer ??= tar([
    ...['bin/', 'etc/', 'dev/', 'proc/', 'sys/'].map((name) => ({ name })),
    { name: 'tmp/', mode: 0o1777 },
    { name: 'bin/busybox', data: readFileSync(busybox) },
    ...applets.filter((name) => name !== 'busybox').map((name) => ({ name: `bin/${name}`, link: 'busybox' })),
    { name: 'etc/passwd', mode: 0o644, data: Buffer.from(users) },
  ]);
  return layer;
}

/** `label` makes an image differ from others of the same kind: each has a digest of its own. */
export function busyboxImage(kind: 'server' | 'sleeper', label: string): Image {
  const content = busyboxLayer();
  const config = json({
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      Env: ['PATH=/bin'],
      Labels: { label },
      Cmd: ['/bin/sh', '-c', kind === 'server' ? server : sleeper],
    },
    rootfs: { type: 'layers', diff_ids: [digestOf(content)] },
  });
  const descriptor = (mediaType: string, data: Buffer) => ({ mediaType, digest: digestOf(data), size: data.length });
  const manifest = json({
    schemaVersion: 2,
    mediaType: manifestType,
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: [descriptor('application/vnd.oci.image.layer.v1.tar', content)],
  });
  return { digest: digestOf(manifest), manifest, blobs: [content, config] };
}

const json = (value: object) => Buffer.from(JSON.stringify(value));

/** Writes an OCI archive that holds one image under the given names. */
export function writeArchive(file: string, image: Image, names: string[]): void {
  const manifests = names.map((name) => ({
    mediaType: manifestType,
    digest: image.digest,
    size: image.manifest.length,
    annotations: { 'io.containerd.image.name': name },
  }));
  const blobs = [image.manifest, ...image.blobs];
  writeFileSync(
    file,
    tar([
      { name: 'oci-layout', data: json({ imageLayoutVersion: '1.0.0' }) },
      { name: 'index.json', data: json({ schemaVersion: 2, manifests }) },
      ...blobs.map((data) => ({ name: `blobs/sha256/${digestOf(data).slice('sha256:'.length)}`, data })),
    ]),
  );
}
