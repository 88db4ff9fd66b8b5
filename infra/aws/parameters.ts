import type { GetParametersByPathOutput } from "@aws-sdk/client-ssm";

/**
 * Reads all parameters right below a path, by the last part of their names.
 * @param page asks Parameter Store for one page of them, decrypted
 * @throws Error saying so where there is none
 */
export async function readParameters(
  path: string,
  page: (input: { Path: string; WithDecryption: true; NextToken?: string }) => Promise<GetParametersByPathOutput>,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  let token: string | undefined;
  do {
    const { Parameters = [], NextToken } = await page({
      Path: path,
      WithDecryption: true,
      ...(token ? { NextToken: token } : {}),
    });
    for (const { Name = "", Value = "" } of Parameters) values[Name.slice(Name.lastIndexOf("/") + 1)] = Value;
    token = NextToken;
  } while (token);
  if (Object.keys(values).length === 0) throw new Error(`Parameter Store has no parameters right below ${path}.`);
  return values;
}
