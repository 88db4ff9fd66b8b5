import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { Server as SocketServer } from "socket.io";
import { inGroups } from "../shared/coalesce.ts";
import type { Config } from "../shared/config.ts";
import { type Database, operationTimeout } from "../shared/database.ts";
import { withDeadline } from "../shared/deadline.ts";
import type { Log } from "../shared/log.ts";
import { sessionIdReader } from "../shared/session/cookie.ts";
import type { UserDirectory } from "../shared/users.ts";
import { createAddresses } from "./addresses.ts";
import { type Beat, staleAfter, startBeat } from "./changes/beat.ts";
import { type Changes, openChanges } from "./changes/stream.ts";
import { Deadlines } from "./deadlines.ts";
import { createAdapter } from "./delivery/adapter.ts";
import { flushTogether } from "./delivery/flush.ts";
import { createDelivery } from "./delivery/index.ts";
import type { Io } from "./delivery/rooms.ts";
import { limitUnread } from "./delivery/unread.ts";
import { sendAway } from "./drain.ts";
import { createGate } from "./gate.ts";
import { admit } from "./handshake.ts";
import { answerHttp, statusOf } from "./health.ts";
import { createIntake } from "./intake.ts";
import { closeTimeout, join, leave } from "./join.ts";
import { createMetrics } from "./metrics.ts";
import { createPresence, watchRooms } from "./presence.ts";
import { type Reaper, startReaper } from "./reaper.ts";
import { createRecheck } from "./recheck.ts";
import { Connections } from "./revocation.ts";
import { type Sweep, startSweep } from "./sweep.ts";
import { takeUpgrades } from "./upgrade.ts";

/** What feeds the sockets may take so long to close, in milliseconds: a database that hangs must not keep a process. */
const feedTimeout = 2_000;

/**
 * Builds the realtime node on a server that is the caller's to listen with; `start` opens the change stream. `users` is
 * the directory that createApp was given, if any.
 */
export function createRealtime(deps: {
  config: Config;
  database: Database;
  log: Log;
  server?: Server;
  users?: Pick<UserDirectory, "findById">;
  /** Milliseconds between two sweeps (15,000). */
  sweepInterval?: number | undefined;
  /** Milliseconds that somebody without a socket stays online (5,000). */
  presenceGrace?: number | undefined;
  /** Milliseconds between two looks for nodes that died (5,000). */
  reapInterval?: number | undefined;
}) {
  const { config, database, log } = deps;
  const users = {
    // Another directory may hang, and the stream must not hang with it.
    findById: (id: string) =>
      deps.users ? withDeadline(deps.users.findById(id), operationTimeout) : database.findUser(id),
  };
  const server = deps.server ?? createServer();
  server.on("request", (request, response) => answerHttp(request, response, health));
  const io: Io = new SocketServer({
    transports: ["websocket"],
    serveClient: false,
    connectTimeout: 5_000,
    // A client sends nothing but the protocol's own packets.
    maxHttpBufferSize: 16 * 1024,
    perMessageDeflate: false,
    // A client that is gone without a word is gone within 33 s.
    pingInterval: 25_000,
    pingTimeout: 8_000,
  });
  io.attach(server);

  let sweep: Sweep | undefined;
  let changes: Changes | undefined;
  let beat: Beat | undefined;
  let isDraining = false;
  let reaper: Reaper | undefined;
  const age = () => beat?.age() ?? Number.POSITIVE_INFINITY;
  const isLive = () => age() <= staleAfter;
  const health = () => ({ age: age(), isLive: isLive(), isDraining });
  const connections = new Connections();
  const recheck = createRecheck(connections, { sessions: database.sessions, users });
  const deadlines = new Deadlines(config.session, recheck);
  const gate = createGate({ recheck, deadlines, connections });
  const metrics = createMetrics({
    sockets: () => io.engine.clientsCount,
    users: () => connections.users().length,
    streamAge: age,
  });
  io.adapter(createAdapter(metrics));
  limitUnread(io, metrics, log);
  flushTogether(io);
  const delivery = createDelivery({ io, database, connections, metrics, log });
  const presence = createPresence({ presence: database.models.presence, log, grace: deps.presenceGrace });

  const sessionIdOf = sessionIdReader(config.session.name, config.session.secrets);
  const addresses = createAddresses(config);
  const isOpen = () => isLive() && !isDraining;
  const asked = { config, database, connections, addresses, isOpen, users, sessionIdOf };
  const upgrades = takeUpgrades({
    server,
    io,
    // Those who lost a node come all at once.
    admit: inGroups((request) => admit(request, asked)),
    deadlines,
    metrics,
    log,
  });

  io.on("connection", (socket) => {
    const admission = upgrades.takeAdmission(socket.request);
    // One that was admitted before the drain would be told nothing of it.
    if (!admission || isDraining) {
      leave(socket);
      return;
    }
    join(socket, admission, { config, database, connections, deadlines, delivery, log }).catch((error) => {
      log.warn({ err: error }, "a socket could not be let in");
      leave(socket);
    });
  });

  return {
    io,
    server,
    connections,
    metrics,
    isLive,
    start(): void {
      watchRooms(io, presence);
      const figures = async () => ({ status: statusOf(health()), ...(await metrics.figures()) });
      beat = startBeat({ nodes: database.models.nodes, name: randomUUID, figures, onBorn: presence.born, log });
      reaper = startReaper({ database, isLive, log, interval: deps.reapInterval });
      sweep = startSweep({ recheck, log, interval: deps.sweepInterval });
      changes = openChanges({
        mongodbUri: config.mongodbUri,
        dbName: database.connection.name,
        log,
        metrics,
        ...createIntake({ connections, gate, delivery, recheck, beat, metrics, log }),
      });
    },
    /**
     * Takes no more sockets and sends away those that it has, over `config.drainSpread`, while they go on being told
     * everything; `close` is to follow. Ends early where nobody is left, or by `stopping`.
     */
    drain(stopping?: AbortSignal): Promise<void> {
      isDraining = true;
      return sendAway(io, config.drainSpread, stopping);
    },
    /** Closes all sockets, then what fed them, in 3 s whatever hangs; the database stays its owner's. */
    async close(): Promise<void> {
      sweep?.close();
      reaper?.close();
      const closing = io.close();
      await withDeadline(closing, closeTimeout).catch(() => upgrades.destroyAll());
      await closing;
      const feeds = Promise.all([presence.close(), changes?.close()]).then(() => beat?.close());
      await withDeadline(feeds, feedTimeout).catch((error) => log.warn({ err: error }, "a node could not end cleanly"));
      delivery.close();
    },
  };
}
