import { Script } from "node:vm";

/**
 * Puts the function in which esbuild wraps each CommonJS module into parentheses. V8 takes that for a function that is
 * called at once, and compiles it as it reads it, instead of reading it twice: a tenth of the start of a function.
 * @throws Error where the text is not as esbuild writes it
 */
export function runAtOnce(bundle: string): string {
  // It is given the module's function, and gives back one that runs it at its first call.
  const helper = /var ([\w$]+)=\([\w$]+,[\w$]+\)=>\(\)=>\{try\{return /.exec(bundle)?.[1];
  if (helper === undefined) throw new Error("There is no CommonJS module in this bundle.");
  const start = new RegExp(
    `(?<![\\w$.])${helper.replaceAll("$", "\\$")}\\((?=(?:\\(([\\w$,]*)\\)|([\\w$]+))=>(\\{))`,
    "dg",
  );
  let text = "";
  let done = 0;
  for (let match = start.exec(bundle); match; match = start.exec(bundle)) {
    const body = match.indices?.[3]?.[0] as number;
    const end = endOf(bundle, start.lastIndex, body);
    text += `${bundle.slice(done, start.lastIndex)}(function(${match[1] ?? match[2]})${bundle.slice(body, end)})`;
    done = end;
    start.lastIndex = end;
  }
  return text + bundle.slice(done);
}

/** Where the function that begins at `start` is over: no shorter text is a whole one. */
function endOf(bundle: string, start: number, body: number): number {
  for (let end = bundle.indexOf("})", body); end !== -1; end = bundle.indexOf("})", end + 1)) {
    try {
      new Script(`(${bundle.slice(start, end + 1)})`);
      return end + 1;
    } catch {}
  }
  throw new Error("A module of this bundle has no end.");
}
