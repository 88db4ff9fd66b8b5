/** Milliseconds on the machine's one monotonic clock: stamps of different processes can be compared. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
