import type { Reporter, TestModule } from "vitest/node";

/** Says in the end how many cases of the acceptance suite passed on each target. */
export default class AcceptanceReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const passed = new Map<string, number>();
    for (const module of modules.filter(({ project }) => project.name === "acceptance")) {
      for (const test of module.children.allTests()) {
        const name = test.parent.type === "suite" ? /^on (.*)/.exec(test.parent.name)?.[1] : undefined;
        if (name) passed.set(name, (passed.get(name) ?? 0) + (test.result().state === "passed" ? 1 : 0));
      }
    }
    if (passed.size === 0) return;
    const counts = [...passed].map(([name, count]) => `${name} ${count}`).join(", ");
    process.stdout.write(`\n Acceptance: cases that passed on each target: ${counts}\n`);
  }
}
