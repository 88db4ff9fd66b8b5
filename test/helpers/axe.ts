import axe, { type NodeResult, type Result } from "axe-core";
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
    const undecided = await decide(page, incomplete.find(({ id }) => id === "color-contrast")?.nodes ?? []);
    for (const { id, nodes } of [...violations, ...undecided]) {
      for (const { target, any, all, none } of nodes) {
        const reasons = [...any, ...all, ...none].map(({ message }) => message);
        findings.push(`${colorScheme}: ${id} at ${target.join(" ")}: ${reasons.join("; ")}`);
      }
    }
  }
  return findings;
}

/** Looks again at contrasts that could not be decided, where nothing lies over them; gives back what is still a finding. */
async function decide(page: Page, nodes: readonly NodeResult[]): Promise<Result[]> {
  const findings: Result[] = [];
  for (const { target } of nodes) {
    const selector = target.join(" ");
    await page.locator(selector).evaluate((element) => element.scrollIntoView({ block: "center" }));
    const { violations, incomplete } = await page.evaluate(
      (include) =>
        (globalThis as unknown as { axe: Axe }).axe.run({ include: [include] }, { runOnly: ["color-contrast"] }),
      selector,
    );
    findings.push(...violations, ...incomplete);
  }
  return findings;
}
