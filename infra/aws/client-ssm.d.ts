/** Of AWS's SDK, which Lambda's runtime for Node brings along, what is used here. */
declare module "@aws-sdk/client-ssm" {
  export interface GetParametersByPathOutput {
    Parameters?: { Name?: string; Value?: string }[];
    NextToken?: string;
  }

  export class GetParametersByPathCommand {
    constructor(input: { Path: string; WithDecryption: boolean; NextToken?: string });
  }

  export class SSMClient {
    send(command: GetParametersByPathCommand): Promise<GetParametersByPathOutput>;
  }
}
