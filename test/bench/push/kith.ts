import { createRealtime } from "../../../realtime/server.ts";
import { readConfig } from "../../../shared/config.ts";
import { openDatabase } from "../../../shared/database.ts";
import { createLog } from "../../../shared/log.ts";
import { until } from "../../helpers/until.ts";
import { answerParent, listen, ready } from "../child.ts";
import { residentMemory } from "../fanout/memory.ts";

const config = readConfig(process.env);
const log = createLog({ name: "realtime", level: config.logLevel });
const realtime = createRealtime({ config, database: await openDatabase(config), log });
answerParent({ residentMemory, sockets: () => realtime.io.engine.clientsCount });
const url = await listen(realtime.server);
realtime.start();
await until(() => realtime.isLive());
ready(url);
