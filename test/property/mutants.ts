import type { ClientSession, Db } from "mongodb";
import { Audience } from "../../realtime/delivery/audience.ts";
import type { Database } from "../../shared/database.ts";

interface MutantWays {
  /** Breaks what is shared by all nodes of this process; what it gives back mends it again. */
  apply(): () => void;
  /** Breaks a node's database. */
  prepare(database: Database): void;
}

/** Ways to break what is tested, to see that the test notices. */
export const mutants = {
  /** Friend sets are kept though a friendship changed. */
  "no-invalidation": {
    apply() {
      const { forget } = Audience.prototype;
      Audience.prototype.forget = () => {};
      return () => {
        Audience.prototype.forget = forget;
      };
    },
    prepare() {},
  },
  /** What is read for a time of the stream may be older. */
  "unbound-reads": {
    apply: () => () => {},
    prepare({ connection }) {
      const client = connection.getClient();
      const start = client.startSession.bind(client);
      client.startSession = (options) => {
        const session = start(options) as ClientSession;
        // Only the first advance is Kith's: the driver's own follow it.
        session.advanceOperationTime = () => {
          Reflect.deleteProperty(session, "advanceOperationTime");
        };
        return session as never;
      };
      const db = connection.db as Db;
      const run = db.runCursorCommand.bind(db);
      db.runCursorCommand = (command, options) => run({ ...command, readConcern: { level: "majority" } }, options);
    },
  },
} as const satisfies Record<string, MutantWays>;

export type Mutant = keyof typeof mutants;

export function isMutant(name: string): name is Mutant {
  return Object.hasOwn(mutants, name);
}
