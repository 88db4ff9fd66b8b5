/** A table of text; each column as wide as its widest cell, aligned as `align` says: `<` left, `>` right. */
export function textTable(align: string, rows: readonly (readonly string[])[]): string {
  const widths = [...align].map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) =>
        align[column] === ">" ? (row[column] ?? "").padStart(width) : (row[column] ?? "").padEnd(width),
      )
      .join("  ")
      .trimEnd();
  const [header = [], ...body] = rows;
  return [line(header), widths.map((width) => "-".repeat(width)).join("  "), ...body.map(line)].join("\n");
}

/** A number with as many decimals, and thousands set apart. */
export function figure(value: number, decimals = 0): string {
  return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

export function range(values: readonly number[], decimals = 0): string {
  return `${figure(Math.min(...values), decimals)}-${figure(Math.max(...values), decimals)}`;
}

/** What a figure must be, and whether it is. */
export function verdict(target: string, holds: boolean): string {
  return `${target} ${holds ? "holds" : "FALLS SHORT"}`;
}
