import { expect } from "vitest";
import { testPassword } from "../../helpers/client.ts";
import { caseList } from "../cases.ts";

export const { cases, covers, coversEveryShape } = caseList();
const wrong = "wrong horse battery staple";

coversEveryShape(
  "signing up makes a person and a session, whose cookie is for TLS and no script",
  async ({ visitor }) => {
    const json = {
      username: `Zoe-${crypto.randomUUID().slice(0, 8)}`,
      password: testPassword,
      firstName: "Zoë",
      lastName: "学",
    };
    const zoe = visitor();
    const response = await zoe.ask("POST /api/users", { json });
    expect(response.status).toBe(201);
    const { password: _, ...names } = json;
    const me = await response.json();
    expect(me).toEqual({ id: expect.stringMatching(/^[0-9a-f]{24}$/), ...names });
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^connect\.sid=s%3A[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    expect(await zoe.json("GET /api/me")).toEqual(me);
  },
);

covers("a username can be had once, whatever its case", async ({ visitor, person }) => {
  const { me } = await person("Ada");
  const json = { username: me?.username.toUpperCase(), password: testPassword, firstName: "B", lastName: "C" };
  const answer = await visitor().json("POST /api/users", { json }, 409);
  expect(answer).toMatchObject({ code: "username_taken", fields: { username: expect.any(String) } });
});

covers("what is wrong with a sign-up is said at each field", async ({ visitor }) => {
  const json = { username: "a", password: "short", firstName: " ", lastName: "Test", role: "admin" };
  const { code, fields } = await visitor().json("POST /api/users", { json }, 400);
  expect(code).toBe("invalid_input");
  expect(Object.keys(fields as object).sort()).toEqual(["firstName", "password", "role", "username"]);
});

coversEveryShape("signing in gives the session a new id, and the one before is dead", async ({ person, visitor }) => {
  const ada = await person("Ada");
  const before = ada.cookie as string;
  expect(await ada.json("POST /api/session", { json: { username: ada.me?.username, password: testPassword } })).toEqual(
    ada.me,
  );
  expect(ada.cookie).not.toBe(before);
  expect(await visitor().refused("GET /api/me", { headers: { cookie: before } })).toEqual([401, "unauthenticated"]);
  expect(await ada.json("GET /api/me")).toEqual(ada.me);
});

covers("a wrong password and an unknown username are refused alike", async ({ person, visitor }) => {
  const { me } = await person("Ada");
  const answers = [];
  for (const username of [me?.username, `nobody-${crypto.randomUUID().slice(0, 8)}`]) {
    const { requestId, ...answer } = await visitor().json(
      "POST /api/session",
      { json: { username, password: wrong } },
      401,
    );
    expect(requestId).toEqual(expect.any(String));
    answers.push(answer);
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]).toMatchObject({ code: "bad_credentials" });
});

covers("a session says whose it is and when it ends; without one it is 401", async ({ person, visitor }) => {
  const ada = await person("Ada");
  const { user, expiresAt, endsAt } = await ada.json<Record<string, string>>("GET /api/session");
  expect(user).toEqual(ada.me);
  expect(Date.parse(endsAt ?? "") - Date.parse(expiresAt ?? "")).toBeGreaterThan(20 * 86_400_000);
  expect(await visitor().refused("GET /api/session")).toEqual([401, "unauthenticated"]);
});

covers("a cookie whose signature is not ours is none", async ({ person, visitor }) => {
  const ada = await person("Ada");
  const forged = `${ada.cookie?.slice(0, -3)}AAA`;
  expect(await visitor().refused("GET /api/me", { headers: { cookie: forged } })).toEqual([401, "unauthenticated"]);
});

coversEveryShape(
  "a sign-out ends the session and clears its cookie, and can be repeated",
  async ({ person, visitor }) => {
    const ada = await person("Ada");
    const cookie = ada.cookie as string;
    for (const _ of ["first", "again"]) {
      const response = await ada.ask("DELETE /api/session", { headers: { cookie } });
      expect(response.status).toBe(204);
      expect(response.headers.getSetCookie()).toEqual([
        expect.stringMatching(/^connect\.sid=; .*Expires=Thu, 01 Jan 1970/),
      ]);
    }
    expect(await visitor().refused("GET /api/me", { headers: { cookie } })).toEqual([401, "unauthenticated"]);
  },
);

covers("one's sessions are listed, and one of them can be ended", async ({ person, visitor }) => {
  const ada = await person("Ada");
  const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  const other = visitor();
  const json = { username: ada.me?.username, password: testPassword };
  await other.json("POST /api/session", { json, headers: { "user-agent": agent } });
  const { sessions } = await ada.json<{ sessions: Record<string, unknown>[] }>("GET /api/sessions");
  expect(sessions).toHaveLength(2);
  const theirs = sessions.find(({ current }) => current === false);
  expect(theirs).toMatchObject({ browser: "Firefox", platform: "Linux" });
  await ada.json(`DELETE /api/sessions/${theirs?.id}`, {}, 204);
  expect((await other.ask("GET /api/me")).status).toBe(401);
  expect((await ada.ask("GET /api/me")).status).toBe(200);
  expect(await ada.refused(`DELETE /api/sessions/${theirs?.id}`)).toEqual([404, "not_found"]);
});

covers("all other sessions can be ended at once", async ({ person, visitor }) => {
  const ada = await person("Ada");
  const others = [await visitor().signIn(ada), await visitor().signIn(ada)];
  await ada.json("DELETE /api/sessions", {}, 204);
  for (const other of others) expect((await other.ask("GET /api/me")).status).toBe(401);
  expect((await ada.ask("GET /api/me")).status).toBe(200);
});

covers("a changed password ends every other session and gives this one a new id", async ({ person, visitor }) => {
  const ada = await person("Ada");
  const other = await visitor().signIn(ada);
  const before = ada.cookie;
  const next = "another horse entirely";
  const refusal = await ada.json("PUT /api/password", { json: { current: wrong, next } }, 401);
  expect(refusal).toMatchObject({ code: "bad_credentials", fields: { current: expect.any(String) } });
  await ada.json("PUT /api/password", { json: { current: testPassword, next } }, 204);
  expect(ada.cookie).not.toBe(before);
  expect((await ada.ask("GET /api/me")).status).toBe(200);
  expect((await other.ask("GET /api/me")).status).toBe(401);
  const old = { json: { username: ada.me?.username, password: testPassword } };
  expect(await visitor().refused("POST /api/session", old)).toEqual([401, "bad_credentials"]);
  await visitor().signIn(ada, next);
});

covers("one's name can be changed, to what is a name", async ({ person }) => {
  const ada = await person("Ada");
  const renamed = { ...ada.me, firstName: "Augusta" };
  expect(await ada.json("PATCH /api/me", { json: { firstName: "Augusta" } })).toEqual(renamed);
  expect(await ada.json("GET /api/me")).toEqual(renamed);
  expect(await ada.refused("PATCH /api/me", { json: { lastName: "" } })).toEqual([400, "invalid_input"]);
});

covers("an account is deleted with its password, and with all that is its own", async ({ person, visitor }) => {
  const [ada, ben] = [await person("Ada"), await person("Ben")];
  await ada.befriend(ben);
  await ada.comment("soon gone");
  expect(await ada.refused("DELETE /api/me", { json: { password: wrong } })).toEqual([401, "bad_credentials"]);
  await ada.json("DELETE /api/me", { json: { password: testPassword } }, 204);
  expect(ada.cookie).toBeUndefined();
  const again = { json: { username: ada.me?.username, password: testPassword } };
  expect(await visitor().refused("POST /api/session", again)).toEqual([401, "bad_credentials"]);
  expect(await ben.json("GET /api/friends")).toMatchObject({ friends: [], incoming: [] });
  expect(await ben.json("GET /api/comments")).toMatchObject({ comments: [] });
});

covers("a request that is meant for somebody else than who is signed in does nothing", async ({ person }) => {
  const [ada, ben] = [await person("Ada"), await person("Ben")];
  const ask = { json: { body: "as whom?" }, headers: { "kith-user": ben.id } };
  expect(await ada.refused("POST /api/comments", ask)).toEqual([401, "unauthenticated"]);
  expect(await ada.json("GET /api/comments", { headers: { "kith-user": ada.id } })).toMatchObject({ comments: [] });
});
