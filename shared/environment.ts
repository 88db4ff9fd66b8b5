import { isIP } from "node:net";
import { z } from "zod";
import { parseDuration } from "./duration.ts";

/** A year, in milliseconds. */
const longest = 366 * 24 * 60 * 60 * 1000;
export const durationText = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms <= longest) return ms;
      context.addIssue({
        code: "custom",
        message: `is no duration up to a year; write a number and a unit, such as ${byDefault}`,
      });
      return z.NEVER;
    });
export const onOff = z.enum(["on", "off"], { error: "must be on or off" }).transform((value) => value === "on");
export const trueFalse = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((value) => value === "true");
export const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, "must be a port, 0 to 65535")
  .transform(Number);
export const count = z
  .string()
  .refine((text) => /^[1-9]\d{0,8}$/.test(text), "must be a whole number from 1 on")
  .transform(Number);
export const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean),
);
export const url = (protocols: string[], example: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), `must look like ${example}`);

/** An address, a CIDR range, or a name that proxy-addr knows for ranges. */
export function isProxyRange(text: string): boolean {
  if (["loopback", "linklocal", "uniquelocal"].includes(text)) return true;
  const [address = "", prefix] = text.split(/\/(.*)/s);
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] as number;
  return (
    longest > 0 &&
    (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= longest))
  );
}
