// The process that is measured: our session and tree, and nothing else. Told what to do by lines on its standard input.
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Meter, heapNow, tell } from './measure';
import { OurWindow } from './ourWindow';

const sockets = new Set<Socket>();
let bytesOfClosed = 0;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (this: Socket, ...args: Parameters<typeof connect>) {
  sockets.add(this);
  this.once('close', () => {
    sockets.delete(this);
    bytesOfClosed += this.bytesRead + this.bytesWritten;
  });
  return connect.apply(this, args);
} as typeof connect;

let meter = new Meter();
let window = new OurWindow();
let flushes = 0;

function bytes(): number {
  return [...sockets].reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, bytesOfClosed);
}

let bytesBefore = 0;

const orders: Readonly<Record<string, (...labels: readonly string[]) => unknown>> = {
  async complete() {
    await window.complete();
    tell({ kind: 'complete', ...meter.stop(), rows: window.tree.lines.length });
  },
  /** Opens rows from the root down, and tells from then on when the last one is drawn. */
  follow(...labels) {
    for (let depth = 1; depth < labels.length; depth++) window.tree.expand(...labels.slice(0, depth));
    window.session.onDidChangeAny(() => tell({ kind: 'model' }));
    const { id } = window.tree.itemAt(...labels);
    window.tree.onDraw = (item) => {
      if (item.id === id) tell({ kind: 'drawn', text: item.tooltip?.value });
    };
    tell({ kind: 'following' });
  },
  open(...labels) {
    window.tree.expand(...labels);
    tell({ kind: 'opened' });
  },
  begin() {
    meter = new Meter();
    flushes = window.tree.flushes;
    bytesBefore = bytes();
    tell({ kind: 'begun' });
  },
  end() {
    tell({ kind: 'ended', ...meter.stop(), flushes: window.tree.flushes - flushes, bytes: bytes() - bytesBefore });
  },
  /** Opens and closes the window so many times. */
  async cycle(count) {
    const once = async (): Promise<void> => {
      await window.complete();
      window.close();
      window = new OurWindow();
    };
    for (let warm = 0; warm < 5; warm++) await once();
    window.close();
    await settled();
    const before = { resources: process.getActiveResourcesInfo(), heap: heapNow() };
    window = new OurWindow();
    for (let index = 1; index < Number(count); index++) await once();
    await window.complete();
    window.close();
    await settled();
    const after = { resources: process.getActiveResourcesInfo(), heap: heapNow() };
    tell({ kind: 'cycled', before, after });
  },
};

/** Sockets are closed some turns after they were destroyed. */
async function settled(): Promise<void> {
  await new Promise((done) => setTimeout(done, 1_000));
}

for await (const line of createInterface({ input: process.stdin })) {
  const [order = '', ...rest] = line.split(' ');
  await orders[order]?.(...rest);
}
process.exit();
