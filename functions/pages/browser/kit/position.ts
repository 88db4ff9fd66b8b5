/** The later of two positions; there may be none yet. */
export function later(a: string | undefined, b: string): string {
  return a !== undefined && a > b ? a : b;
}

/** The position in the cursor of a page, which says more where the page ends among comments of one position. */
export function positionIn(cursor: string): string {
  return cursor.slice(0, 16);
}
