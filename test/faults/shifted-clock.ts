/** Loaded before anything else (`node --import`): this process's wall clock is off by KITH_TEST_CLOCK_SHIFT milliseconds. */
const shift = Number(process.env.KITH_TEST_CLOCK_SHIFT);
const Actual = globalThis.Date;

class Shifted extends Actual {
  constructor(...given: [] | ConstructorParameters<DateConstructor>) {
    // Without arguments it is now; what is given is a time already.
    if (given.length === 0) super(Actual.now() + shift);
    else super(...given);
  }
  static override now(): number {
    return Actual.now() + shift;
  }
}
globalThis.Date = Shifted as DateConstructor;
