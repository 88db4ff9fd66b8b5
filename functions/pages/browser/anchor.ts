/** More rows than go at once as a rule: the first of them that stays is what the others are held by. */
const marks = 20;

/** Changes a list, and leaves what is read below `top` (in px from the top of the window) where it is on the screen. */
export function holdStill(list: HTMLElement, top: number, change: () => void): void {
  const rows = list.children;
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle] as Element).getBoundingClientRect().bottom <= top) low = middle + 1;
    else high = middle;
  }
  const before = [...rows]
    .slice(low, low + marks)
    // A day stays on top of what comes under it.
    .filter((row) => !row.classList.contains("day"))
    .map((row) => [row, row.getBoundingClientRect().top] as const);
  change();
  const mark = before.find(([row]) => row.isConnected);
  // The browser may hold it by itself, and then there is nothing left to move.
  if (mark) scrollBy({ top: mark[0].getBoundingClientRect().top - mark[1], behavior: "instant" });
}
