import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MongoClient } from "mongodb";
import { findMongod } from "../../infra/mongod/find.ts";
import { spawnMongod } from "../../infra/mongod/process.ts";
import { argumentsFor, startReplicaSet } from "../../infra/mongod/replica-set.ts";
import { run } from "../../infra/mongod/run.ts";

/** As a provider's set is reached: by TLS alone, and with a password. */
export interface TlsSet extends AsyncDisposable {
  port: number;
  /** The address of the database `kith` for its user, who may read and write there and nothing else. */
  uri(query?: Record<string, string>, changed?: { password?: string; host?: string }): string;
  /** The same for a name that stands for the members, of which a name server knows the rest. */
  srvUri(name: string): string;
  /** What that name server has to add to it. */
  srvOptions: string;
  /** The file of the certificate, in PEM, of the authority that vouches for the server. */
  authority: string;
}

/** Marks that an address has to escape, and a letter for which SCRAM-SHA-256 needs its tables (SASLprep). */
const password = "p@ss/wörd:ª%";
const name = "kith-user";
const replSet = "kith-tls";

/** The reason for which there can be no such set on this machine, if there is one. */
export async function whyNoTlsSet(): Promise<string | undefined> {
  return run("openssl", ["version"], { timeoutMs: 10_000 }).then(
    () => undefined,
    (error) => `${error.message}; install OpenSSL 1.1.1 or newer`,
  );
}

/** A replica set of one on 127.0.0.1, with `--auth` and `--tlsMode requireTLS`, and a certificate made now. */
export async function startTlsSet(): Promise<TlsSet> {
  await using stack = new AsyncDisposableStack();
  const { path } = await findMongod({ cacheDir: fileURLToPath(new URL("../../.kith/mongod", import.meta.url)) });
  const folder = await mkdtemp(join(tmpdir(), "kith-test-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const options = { mongod: path, dbPath: join(folder, "data"), replSet };
  const [{ authority, server: certificate }, keyFile] = await Promise.all([
    makeCertificates(folder),
    makeKeyFile(folder),
  ]);

  // The set and its user are made without either; the server that is left has the data, and asks for both.
  const open = await startReplicaSet(options);
  const client = await MongoClient.connect(open.uri);
  const roles = [{ role: "readWrite", db: "kith" }];
  await client.db("admin").command({ createUser: name, pwd: password, roles });
  await client.close();
  await open.stop();
  const tls = ["--tlsMode", "requireTLS", "--tlsCertificateKeyFile", certificate, "--tlsCAFile", authority];
  const closed = ["--auth", "--keyFile", keyFile, ...tls, "--tlsAllowConnectionsWithoutCertificates"];
  const server = spawnMongod(path, [...argumentsFor(open.port, replSet, options), ...closed]);
  stack.defer(() => server.stop("SIGKILL"));

  const host = `127.0.0.1:${open.port}`;
  const credentials = (given: string) => `${name}:${encodeURIComponent(given)}`;
  const ofSet = { authSource: "admin", replicaSet: replSet };
  const uri: TlsSet["uri"] = (query = {}, changed = {}) => {
    const options = new URLSearchParams({ ...ofSet, tls: "true", retryWrites: "true", w: "majority", ...query });
    return `mongodb://${credentials(changed.password ?? password)}@${changed.host ?? host}/kith?${options}`;
  };
  const writable = new MongoClient(uri({ tlsCAFile: authority }), { serverSelectionTimeoutMS: 30_000 });
  await writable.connect().catch((error) => {
    throw new Error(`The database with TLS cannot be reached:\n${server.tail()}`, { cause: error });
  });
  await writable.close();
  const owned = stack.move();
  return {
    port: open.port,
    uri,
    srvUri: (of) => `mongodb+srv://${credentials(password)}@${of}/kith?retryWrites=true&w=majority`,
    srvOptions: new URLSearchParams(ofSet).toString(),
    authority,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** An authority that nobody knows, and in one file, as mongod wants them, the key and a certificate for the server. */
async function makeCertificates(folder: string): Promise<{ authority: string; server: string }> {
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run("openssl", args, { timeoutMs: 30_000 });
  const key = (name: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", file(`${name}.key`)];
  const issuer = ["-CA", file("authority.pem"), "-CAkey", file("authority.key"), "-CAcreateserial"];
  await writeFile(file("names"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE");
  await openssl("req", "-x509", "-days", "2", ...key("authority"), "-subj", "/O=Kith", "-out", file("authority.pem"));
  await openssl("req", "-new", ...key("server"), "-subj", "/O=Kith/CN=database", "-out", file("request"));
  const request = ["-in", file("request"), "-extfile", file("names")];
  await openssl("x509", "-req", "-days", "2", ...request, ...issuer, "-out", file("server.pem"));
  const both = await Promise.all([readFile(file("server.key")), readFile(file("server.pem"))]);
  await writeFile(file("both.pem"), both, { mode: 0o600 });
  return { authority: file("authority.pem"), server: file("both.pem") };
}

/** What members show each other; mongod takes none that others may read. */
async function makeKeyFile(folder: string): Promise<string> {
  const file = join(folder, "key");
  await writeFile(file, randomBytes(96).toString("base64"), { mode: 0o400 });
  return file;
}
