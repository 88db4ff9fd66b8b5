import type { Config } from "../../shared/config.ts";
import type { Person } from "../../shared/contracts/people.ts";
import type { Database } from "../../shared/database.ts";
import { signedValue } from "../../shared/session/cookie.ts";
import { insertPeople } from "../records.ts";

/** Someone with a session. */
export interface Visitor {
  person: Person;
  sid: string;
  /** The Cookie header. */
  cookie: string;
}

const atOnce = 500;
/** As long as a real hash; nobody signs in with it. */
const noPassword = `$scrypt$ln=14,r=8,p=5$${"A".repeat(22)}$${"A".repeat(43)}`;

/** Writes people with sessions to the database: signing up costs a password hash each. Numbered from `first`. */
export async function insertVisitors(
  database: Database,
  config: Pick<Config, "session">,
  { prefix, first = 0, count }: { prefix: string; first?: number; count: number },
): Promise<Visitor[]> {
  const names = Array.from({ length: count }, (_, i) => ({
    username: `${prefix}-${first + i}`,
    firstName: `First${first + i}`,
    lastName: `Last${first + i}`,
  }));
  const people = await insertPeople(database, names, noPassword);
  const visitors = people.map((person, i): Visitor => {
    const sid = `${prefix}-session-${String(first + i).padStart(18, "0")}`;
    const value = signedValue(sid, config.session.secrets[0] as string);
    return { person, sid, cookie: `${config.session.name}=${encodeURIComponent(value)}` };
  });
  await saveSessions(database, config, visitors);
  return visitors;
}

/** Makes their sessions as good as new. */
export async function saveSessions(
  { sessions }: Pick<Database, "sessions">,
  { session: { idle } }: Pick<Config, "session">,
  visitors: readonly Visitor[],
): Promise<void> {
  const save = ({ sid, person }: Visitor) => {
    const cookie = {
      originalMaxAge: idle,
      expires: new Date(Date.now() + idle),
      httpOnly: true,
      path: "/",
      sameSite: "lax" as const,
      secure: false,
    };
    const data = { cookie, passport: { user: person.id } };
    return new Promise<void>((resolve, reject) => {
      sessions.set(sid, data, (error) => (error ? reject(error) : resolve()));
    });
  };
  for (let i = 0; i < visitors.length; i += atOnce) await Promise.all(visitors.slice(i, i + atOnce).map(save));
}

/** Pairs of a ring in which everybody has `friends` neighbours (an even number), half on each side. */
export function ringOf<Member>(members: readonly Member[], friends: number): [Member, Member][] {
  const reach = Math.min(Math.floor(friends / 2), Math.floor((members.length - 1) / 2));
  return members.flatMap((member, i) =>
    Array.from({ length: reach }, (_, n): [Member, Member] => [
      member,
      members[(i + n + 1) % members.length] as Member,
    ]),
  );
}
