const [bundle = "", text = ""] = process.argv.slice(2);

// As Lambda's runtime: the handler's module is loaded, and given the event of the request that started it.
const loading = performance.now();
const { handler } = (await import(bundle)) as { handler: (event: object, context: object) => Promise<object> };
const loaded = performance.now();
const result = await handler(JSON.parse(text), { awsRequestId: "1" });
const answered = performance.now();
process.stdout.write(JSON.stringify({ result, loading, loaded, answered }));
process.stdin.once("close", () => process.exit()).resume();
