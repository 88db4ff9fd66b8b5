import axe, { type Result } from "axe-core";
import type { Page } from "playwright-core";

type Axe = typeof axe;

/** Colour schemes in which every state is looked at. */
const schemes = ["light", "dark"] as const;

/**
 * What axe finds on a page as it stands, in light and dark: all its rules, and the size of targets, which it leaves out
 * by default. A contrast that it cannot decide is a finding, too.
 */
export async function findingsOn(page: Page): Promise<string[]> {
  const findings: string[] = [];
  await page.evaluate(axe.source);
  for (const colorScheme of schemes) {
    // Moving things have the colours of where they come from.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations, incomplete } = await page.evaluate(() =>
      (globalThis as unknown as { axe: Axe }).axe.run({ rules: { "target-size": { enabled: true } } }),
    );
    const unclear = [
      ...violations.filter(({ id }) => id === "target-size"),
      ...incomplete.filter(({ id }) => id === "color-contrast"),
    ];
    const sure = violations.filter((each) => !unclear.includes(each));
    for (const { id, nodes } of [...sure, ...(await lookAgain(page, unclear))]) {
      for (const { target, any, all, none } of nodes) {
        const reasons = [...any, ...all, ...none].map(({ message }) => message);
        findings.push(`${colorScheme}: ${id} at ${target.join(" ")}: ${reasons.join("; ")}`);
      }
    }
  }
  return findings;
}

/**
 * Looks once more at what may be found only because something that stays in its place on the screen lies over it, as a bar
 * does: now in the middle of the screen. Gives back what is still a finding.
 */
async function lookAgain(page: Page, results: readonly Result[]): Promise<Result[]> {
  const findings: Result[] = [];
  for (const { id, target } of results.flatMap(({ id, nodes }) => nodes.map(({ target }) => ({ id, target })))) {
    const selector = target.join(" ");
    await page.locator(selector).evaluate((element) => element.scrollIntoView({ block: "center" }));
    const { violations, incomplete } = await page.evaluate(
      ([include, rule]) => (globalThis as unknown as { axe: Axe }).axe.run({ include: [include] }, { runOnly: [rule] }),
      [selector, id] as const,
    );
    findings.push(...violations, ...incomplete);
  }
  return findings;
}
