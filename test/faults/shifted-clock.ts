/** Loaded before anything else (`node --import`): this process's wall clock is off by KITH_TEST_CLOCK_SHIFT milliseconds. */
const shift = Number(process.env.KITH_TEST_CLOCK_SHIFT);
const Actual = globalThis.Date;
const now = () => Actual.now() + shift;

// Not a class of its own: libraries know Date by its name, and its instances by its prototype.
globalThis.Date = new Proxy(Actual, {
  construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as),
  apply: () => new Actual(now()).toString(),
  get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
});
