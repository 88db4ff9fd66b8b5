import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { readParameters } from "./parameters.ts";

const path = process.env.PARAMETER_PATH;
if (!path) throw new Error("PARAMETER_PATH is missing; set it to where the secrets are, such as /kith.");
const client = new SSMClient();
Object.assign(process.env, await readParameters(path, (input) => client.send(new GetParametersByPathCommand(input))));

// The function reads its environment as it is loaded: only then is that whole.
export const { handler } = await import("../../functions/lambda.ts");
