/** More rows than go at once as a rule: the first of them that stays is what the others are held by. */
const marks = 20;

/**
 * Changes a list of lists of rows, and leaves what is read below `top` (in px from the top of the window) where it is on
 * the screen.
 */
export function holdStill(list: HTMLElement, top: number, change: () => void): void {
  // By way of the lists: to ask for rows that are out of sight would make the browser lay them out.
  const inView = firstBelow([...list.children], top)[0]?.getElementsByTagName("li") ?? [];
  const before = firstBelow([...inView], top)
    .slice(0, marks)
    .map((row) => [row, row.getBoundingClientRect().top] as const);
  change();
  const mark = before.find(([row]) => row.isConnected);
  // The browser may hold it by itself, and then there is nothing left to move.
  if (mark) scrollBy({ top: mark[0].getBoundingClientRect().top - mark[1], behavior: "instant" });
}

/** Of elements one below the other, those that end below `top`. */
function firstBelow(elements: readonly Element[], top: number): readonly Element[] {
  let [low, high] = [0, elements.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((elements[middle] as Element).getBoundingClientRect().bottom <= top) low = middle + 1;
    else high = middle;
  }
  return elements.slice(low);
}
