import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A connection to a node that can be hampered: slowed to a halt, cut and mended. */
export interface Wire {
  /** The node's address through this wire, without a trailing slash. */
  url: string;
  /** Lets so many more bytes pass to the node, then nothing more until it is mended; settles when they have passed. */
  stallAfter: (bytes: number) => Promise<void>;
  /** Ends every connection and refuses new ones. */
  cut: () => void;
  mend: () => void;
  stop: () => Promise<void>;
}

/** Stretches a wire to a node, on a port of its own. */
export async function stretchWire(node: string): Promise<Wire> {
  const { hostname, port } = new URL(node);
  const open = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let stalled = () => {};
  let broken = false;
  const server = createServer((client) => {
    if (broken) return client.destroy();
    const up = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, up],
      [up, client],
    ] as const) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    up.pipe(client);
    client.on('data', (bytes: Buffer) => {
      left -= bytes.length;
      if (left <= 0) {
        client.pause();
        stalled();
      }
      if (!up.write(bytes)) {
        client.pause();
        up.once('drain', () => left > 0 && client.resume());
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const cut = () => {
    broken = true;
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stallAfter: (bytes) => {
      left = bytes;
      return new Promise((done) => {
        stalled = done;
      });
    },
    cut,
    mend: () => {
      broken = false;
      left = Number.POSITIVE_INFINITY;
      for (const socket of open) socket.resume();
    },
    stop: () => {
      cut();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
