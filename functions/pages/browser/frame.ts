/** Does work once a frame at most, however often it is asked for; in a hidden tab, which has no frames, right after. */
export function oncePerFrame(work: () => void) {
  let frame: number | undefined;

  function run(): void {
    if (frame === undefined) return;
    cancelAnimationFrame(frame);
    frame = undefined;
    work();
  }
  document.addEventListener("visibilitychange", () => document.hidden && run());

  return () => {
    if (frame !== undefined) return;
    frame = requestAnimationFrame(run);
    if (document.hidden) queueMicrotask(run);
  };
}
