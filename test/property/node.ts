/** Something that runs until it is closed. */
export interface Running {
  close(): Promise<void>;
}

/** A node that can be ended and started again; `start` resolves when it is ready. */
export function createNode(start: () => Promise<Running>) {
  let current: Running | undefined;
  let restarting: Promise<void> | undefined;
  const node = {
    /** How often it was started. */
    generation: 0,
    async start() {
      current = await start();
      node.generation += 1;
    },
    async close() {
      await current?.close();
      current = undefined;
    },
    /** One that is at it already is left at it. */
    restart() {
      restarting ??= node
        .close()
        .then(node.start)
        .finally(() => {
          restarting = undefined;
        });
      return restarting;
    },
  };
  return node;
}
