/** How often to look, in milliseconds. */
const interval = 5_000;
/** Where more than this lies between two looks, nothing ran meanwhile. */
const jump = 30_000;
/** A node is heard at least every 25 s. */
const silence = 30_000;

export type SleepWatch = ReturnType<typeof watchSleep>;

/**
 * Notices that a computer slept, or that a page was frozen: its connections may be dead without anything that says so. A
 * hidden page's timers are late as well, by a minute, but what comes from the network is not, which tells the two apart.
 */
export function watchSleep(woke: () => void) {
  /** When the node was heard; unknown of a socket that does not tell. */
  let heardAt: number | undefined;
  let lookedAt = Date.now();
  let steadyAt = performance.now();
  const timer = setInterval(look, interval);

  function look(): void {
    const gap = Date.now() - lookedAt;
    // The steady clock of some systems stops while they sleep.
    const stopped = gap - (performance.now() - steadyAt);
    const isUnheard = heardAt === undefined || heardAt <= lookedAt;
    lookedAt = Date.now();
    steadyAt = performance.now();
    if (stopped > jump || (gap > jump && isUnheard)) woke();
  }

  return {
    look,
    heard(): void {
      heardAt = Date.now();
    },
    /** Another connection begins. */
    forget(): void {
      heardAt = undefined;
    },
    /** The node should have been heard by now. */
    isSilent: () => heardAt !== undefined && Date.now() - heardAt > silence,
    stop: () => clearInterval(timer),
  };
}
