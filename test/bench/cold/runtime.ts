import { answerParent, ready } from "../child.ts";

// As Lambda's runtime: loads the handler, and hands it the event that the process was started for, then others.
type Handler = (event: object, context: object) => Promise<{ body: string }>;
const [file = "", event = ""] = process.argv.slice(2);
const { handler } = (await import(file)) as { handler: Handler };
const invoke = async (given: object) => (await handler(given, { awsRequestId: "1" })).body;
const first = await invoke(JSON.parse(event));
answerParent({ invoke });
ready(first);
