/** Waits for a condition, looking every 10 ms; rejects after `timeout` milliseconds with what was waited for. */
export async function until<Value>(
  condition: () => Value | Promise<Value>,
  { timeout = 10_000, what = condition.toString() }: { timeout?: number; what?: string } = {},
): Promise<NonNullable<Value>> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${timeout} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
