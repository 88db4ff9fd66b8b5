import { expect } from "vitest";
import { caseList } from "../cases.ts";

export const { cases, covers, coversEveryShape } = caseList();
const nobody = "0123456789abcdef01234567";

covers("who asks is answered, and both are friends until one is not", async ({ person }) => {
  const [ada, ben] = [await person("Ada"), await person("Ben")];
  const ask = async (who: typeof ada, whom: typeof ada, method = "PUT") =>
    (await who.json<{ state: string }>(`${method} /api/friends/${whom.id}`)).state;
  expect(await ada.json(`PUT /api/friends/${ben.id}`)).toEqual({ person: ben.me, state: "outgoing" });
  expect(await ask(ada, ben)).toBe("outgoing");
  expect(await ask(ben, ada)).toBe("friends");
  expect(await ask(ben, ada, "DELETE")).toBe("none");
  expect(await ask(ada, ben, "DELETE")).toBe("none");
  expect(await ask(ada, ben)).toBe("outgoing");
  expect(await ask(ben, ada, "DELETE")).toBe("none");
});

covers("nobody is friends with oneself, with nobody or with what is no id", async ({ person }) => {
  const ada = await person("Ada");
  expect(await ada.refused(`PUT /api/friends/${ada.id}`)).toEqual([400, "invalid_input"]);
  expect(await ada.refused(`PUT /api/friends/${nobody}`)).toEqual([404, "not_found"]);
  expect(await ada.refused("PUT /api/friends/ben")).toEqual([400, "invalid_input"]);
});

covers("friends and open requests are listed", async ({ person }) => {
  const [ada, ben, eve, zoe] = [await person("Ada"), await person("Ben"), await person("Eve"), await person("Zoe")];
  await ada.befriend(ben);
  await ada.json(`PUT /api/friends/${eve.id}`);
  await zoe.json(`PUT /api/friends/${ada.id}`);
  expect(await ada.json("GET /api/friends")).toEqual({
    friends: [{ ...ben.me, online: false }],
    incoming: [zoe.me],
    outgoing: [eve.me],
    blocked: [],
    next: null,
  });
});

covers("who is blocked cannot tell", async ({ person }) => {
  const [ada, ben] = [await person("Ada"), await person("Ben")];
  await ada.befriend(ben);
  expect(await ada.json(`PUT /api/blocks/${ben.id}`)).toEqual({ person: ben.me, state: "blocked" });
  expect(await ben.json("GET /api/friends")).toMatchObject({ friends: [], blocked: [] });
  expect(await ben.json(`PUT /api/friends/${ada.id}`)).toEqual({ person: ada.me, state: "outgoing" });
  expect(await ada.json("GET /api/friends")).toMatchObject({ friends: [], incoming: [], blocked: [ben.me] });
  expect(await ada.refused(`PUT /api/friends/${ben.id}`)).toEqual([409, "blocked"]);
});

covers("who is unblocked is a stranger, whose request of before is gone", async ({ person }) => {
  const [ada, ben] = [await person("Ada"), await person("Ben")];
  await ada.json(`PUT /api/blocks/${ben.id}`);
  await ben.json(`PUT /api/friends/${ada.id}`);
  expect(await ada.json(`DELETE /api/blocks/${ben.id}`)).toEqual({ person: ben.me, state: "none" });
  expect(await ada.json("GET /api/friends")).toMatchObject({ incoming: [], blocked: [] });
});

coversEveryShape("people are found by the start of a name, in any writing", async ({ person, visitor }) => {
  const mark = crypto.randomUUID().slice(0, 8);
  const found = await person(`Żoë${mark}`);
  const q = (text: string) => `GET /api/users?q=${encodeURIComponent(text)}`;
  const ada = await person("Ada");
  expect(await ada.json(q(`żoë${mark}`))).toEqual({ people: [found.me] });
  expect(await ada.json(q(`a&b=c+d%20${mark}`))).toEqual({ people: [] });
  expect(await ada.refused("GET /api/users?q=")).toEqual([400, "invalid_input"]);
  expect(await visitor().refused(q("ada"))).toEqual([401, "unauthenticated"]);
});
