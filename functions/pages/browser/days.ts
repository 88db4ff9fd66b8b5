const weekday = new Intl.DateTimeFormat("en", { weekday: "long" });
const month = new Intl.DateTimeFormat("en", { month: "long" });

/** When the day of a time began, or the day so many days after it, where this browser is. */
export function startOfDay(then: Date, daysLater = 0): Date {
  return new Date(then.getFullYear(), then.getMonth(), then.getDate() + daysLater);
}

/** How a day is called: "Today", "Yesterday", "Monday 3 March", with the year where that is another one. */
export function dayName(day: Date, now: Date): string {
  const time = startOfDay(day).getTime();
  if (time >= startOfDay(now).getTime()) return "Today";
  if (time === startOfDay(now, -1).getTime()) return "Yesterday";
  const name = `${weekday.format(day)} ${day.getDate()} ${month.format(day)}`;
  return day.getFullYear() === now.getFullYear() ? name : `${name} ${day.getFullYear()}`;
}
