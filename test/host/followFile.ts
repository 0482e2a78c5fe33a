import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';

export interface FollowedFile {
  readonly file: string;
  /** Copies what is left. */
  stop(): void;
}

/** Creates the file and copies what others append to it, as it comes. */
export function followFile(file: string, to: NodeJS.WritableStream): FollowedFile {
  writeFileSync(file, '');
  const handle = openSync(file, 'r');
  const buffer = Buffer.alloc(1 << 16);
  let position = 0;
  const copy = (): void => {
    for (;;) {
      const count = readSync(handle, buffer, 0, buffer.length, position);
      if (count === 0) return;
      position += count;
      to.write(Buffer.from(buffer.subarray(0, count)));
    }
  };
  const timer = setInterval(copy, 50);
  return {
    file,
    stop: () => {
      clearInterval(timer);
      copy();
      closeSync(handle);
    },
  };
}
