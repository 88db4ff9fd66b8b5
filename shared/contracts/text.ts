import { z } from "zod";
import { codePoints } from "./code-points.ts";

/**
 * Text counted in Unicode code points. A lone surrogate is refused: BSON would store another character in its place.
 */
export function text(label: string, options: { min: number; max: number }) {
  return z
    .string({ error: `${label} must be text.` })
    .describe(`${options.min} to ${options.max} characters (Unicode code points)`)
    .superRefine((value, context) => {
      const problem = textProblem(label, value, options);
      if (problem) context.addIssue({ code: "custom", message: problem });
    });
}

function textProblem(label: string, value: string, { min, max }: { min: number; max: number }): string | undefined {
  if (!value.isWellFormed()) return `${label} holds half a character (a lone surrogate).`;
  // A code point is at most two UTF-16 units: longer texts need no counting.
  const length = value.length > max * 2 ? Number.POSITIVE_INFINITY : codePoints(value);
  if (length > max) return `${label} can have at most ${max.toLocaleString("en")} characters.`;
  if (length < min) return min === 1 ? `${label} cannot be empty.` : `${label} needs at least ${min} characters.`;
  return undefined;
}
