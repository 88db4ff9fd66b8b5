import { createSocket } from "node:dgram";
import { once } from "node:events";

/** Says to every name that the members of a set are on 127.0.0.1, as a provider's name server does for mongodb+srv. */
export interface NameServer extends AsyncDisposable {
  /** What has a program of Node ask this server: the variables of its environment. */
  environment: Record<string, string>;
  /** Answers what workerd asks, which is over HTTPS. */
  overHttps(request: { url: string }): object;
  /** What it was asked, such as "SRV _mongodb._tcp.db.0.0.1". */
  readonly asked: string[];
}

/**
 * A name for which 127.0.0.1 may stand: a driver takes members only of the domain that it asked for, and here it is "0.0.1".
 * So nobody has to be asked where the member is.
 */
export const srvName = "db.0.0.1";
const member = "127.0.0.1";

const types = { TXT: 16, SRV: 33 } as const;
type RecordType = keyof typeof types;

/** `options` are those of the address that the provider adds to it. */
export async function startNameServer(port: number, options: string): Promise<NameServer> {
  const asked: string[] = [];
  const socket = createSocket("udp4").on("message", (query, from) => {
    const end = query.indexOf(0, 12) + 5;
    const question = query.subarray(12, end);
    const type: RecordType = question.at(-3) === types.SRV ? "SRV" : "TXT";
    asked.push(`${type} ${nameIn(question)}`);
    const data = type === "SRV" ? [0, 0, 0, 0, ...short(port), ...member.split(".").flatMap(text), 0] : text(options);
    // The query's number, an answer without an error, its question, and one record.
    const header = [...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, ...question];
    // Of the name, type and class that the question has, for 60 s.
    const answer = [0xc0, 12, ...question.subarray(-4), 0, 0, 0, 60, ...short(data.length), ...data];
    socket.send(Buffer.from([...header, ...answer]), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const setServers = `import { setServers } from "node:dns"; setServers(["127.0.0.1:${socket.address().port}"]);`;
  return {
    environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(setServers)}` },
    overHttps({ url }) {
      const { searchParams } = new URL(url);
      const [name, type] = [searchParams.get("name"), searchParams.get("type") as RecordType];
      asked.push(`${type} ${name}`);
      const data = type === "SRV" ? `0 0 ${port} ${member}.` : `"${options}"`;
      return {
        Status: 0,
        Question: [{ name, type: types[type] }],
        Answer: [{ name, type: types[type], TTL: 60, data }],
      };
    },
    asked,
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, "close");
    },
  };
}

const short = (value: number) => [value >> 8, value & 255];
const text = (value: string) => [value.length, ...Buffer.from(value)];

function nameIn(question: Buffer): string {
  const parts: string[] = [];
  for (let at = 0; question[at]; at += (question[at] as number) + 1) {
    parts.push(question.subarray(at + 1, at + 1 + (question[at] as number)).toString());
  }
  return parts.join(".");
}
