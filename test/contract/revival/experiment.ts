import pLimit from "p-limit";
import { byPassword, type Kind, type Subject } from "./kinds.ts";
import { Actor, type Grain, type Operation } from "./latch.ts";
import { type Choose, interleave, type Play, playAll, playSome } from "./schedules.ts";
import type { World } from "./world.ts";

/** A run after which somebody is still signed in by what was signed out. */
export interface Revival {
  kind: Kind;
  how: "its record is there" | "its cookie is good" | "another id came of it";
  schedule: string;
}

export interface Findings {
  runs: number;
  schedules: Set<string>;
  revivals: Revival[];
  /** Runs in which R had given the session a new id before the sign-out changed anything: what it named was gone. */
  rotatedFirst: number;
  /** How the two requests ended: kind, who, and the status or the error. */
  answers: Map<string, number>;
}

interface Played {
  key: string;
  user: string;
  cookie: string;
  kind: Kind;
  schedule: string;
  operations: Operation[];
}

const atOnce = 24;

/** Plays R against a sign-out: all interleavings of their operations, and some of the finer ones; then looks for revivals. */
export async function experiment(
  world: World,
  subject: Subject,
  given: { kinds: readonly Kind[]; finer: number; seed: number },
): Promise<Findings> {
  const findings: Findings = { runs: 0, schedules: new Set(), revivals: [], rotatedFirst: 0, answers: new Map() };
  const played: Played[] = [];

  const player = (kind: Kind, grain: Grain) => async (choose: Choose) => {
    const { user, username, key, cookie } = await world.signedIn();
    const operations: Operation[] = [];
    const late = new Actor("R", grain, operations, ({ id }) => subject.request(kind, cookie, username, id));
    const signOut = new Actor("L", grain, operations, ({ id }) => subject.signOut(cookie, id));
    const trace = await interleave([late, signOut], choose);
    for (const actor of [late, signOut]) {
      const outcome = await actor.outcome;
      const ended = outcome.status === "fulfilled" ? outcome.value : (outcome.reason as { code?: string }).code;
      const answer = `${kind} ${actor.name} ${ended}`;
      findings.answers.set(answer, (findings.answers.get(answer) ?? 0) + 1);
      actor.forget();
    }
    const schedule = `${kind}: ${trace.steps.map(({ by, at }) => `${by} ${at}`).join(", ")}`;
    findings.schedules.add(schedule);
    played.push({ key, user, cookie, kind, schedule, operations });
    return trace;
  };

  await Promise.all(
    given.kinds.map(async (kind, index) => {
      await playAll(player(kind, "operations"), atOnce / 4);
      const finer: Play = player(kind, "edges");
      await playSome(finer, { count: given.finer, seed: given.seed + index, atOnce: atOnce / 4 });
    }),
  );
  findings.runs = played.length;
  await judge(world, subject, played, findings);
  return findings;
}

async function judge(world: World, subject: Subject, played: readonly Played[], findings: Findings): Promise<void> {
  const keys = new Set<string>();
  const keysOf = new Map<string, string[]>();
  for await (const { _id, session } of world.sessions.find()) {
    keys.add(_id);
    const user = (JSON.parse(session) as { passport?: { user?: string } }).passport?.user;
    if (user !== undefined) keysOf.set(user, [...(keysOf.get(user) ?? []), _id]);
  }
  const limit = pLimit(atOnce);
  const replay = async ({ key, user, cookie, kind, schedule, operations }: Played) => {
    const found = (how: Revival["how"]) => findings.revivals.push({ kind, how, schedule });
    if (keys.has(key)) found("its record is there");
    if (await subject.isSignedIn(cookie)) found("its cookie is good");
    const others = (keysOf.get(user) ?? []).filter((other) => other !== key);
    if (others.length === 0 || byPassword.has(kind)) return;
    if (tookItFirst(operations)) findings.rotatedFirst += 1;
    else found("another id came of it");
  };
  await Promise.all(played.map((run) => limit(() => replay(run))));
}

/** Whether R took the old record away before L had changed or deleted it. */
function tookItFirst(operations: readonly Operation[]): boolean {
  const wrote = operations.find(
    ({ what, touched }) => touched > 0 && /^(?:updateOne|deleteOne|deleteMany|findOneAndDelete) sessions$/.test(what),
  );
  return wrote?.by === "R" && !wrote.what.startsWith("update");
}
