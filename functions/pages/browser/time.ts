const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const exact = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const thisYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const anyYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

/** How long ago, in words; a clock that is behind the server's makes "just now", not the future. */
export function relativeTime(then: Date, now: Date): string {
  const age = now.getTime() - then.getTime();
  if (age < minute) return "just now";
  if (age < hour) return relative.format(-Math.floor(age / minute), "minute");
  if (age < day) return relative.format(-Math.floor(age / hour), "hour");
  if (age < 7 * day) return relative.format(-Math.floor(age / day), "day");
  return (then.getFullYear() === now.getFullYear() ? thisYear : anyYear).format(then);
}

/** When a comment of a day that is named was written: how long ago, and from a day on by the clock. */
export function commentTime(then: Date, now: Date): string {
  return isAging(then, now) ? relativeTime(then, now) : clock.format(then);
}

/** Whether what `commentTime` says of it will change. */
export function isAging(then: Date, now: Date): boolean {
  return now.getTime() - then.getTime() < day;
}

export function exactTime(then: Date): string {
  return exact.format(then);
}

/** A time soon to come, as part of a sentence: "at 14:05", with the day where that is not today. */
export function clockTime(then: Date, now: Date): string {
  const isToday = then.toDateString() === now.toDateString();
  return isToday ? `at ${clock.format(then)}` : `on ${thisYear.format(then)} at ${clock.format(then)}`;
}
