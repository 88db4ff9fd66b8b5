import { expect } from "vitest";
import type { FeedPage } from "../../../shared/contracts/comments.ts";
import { caseList } from "../cases.ts";
import type { Visitor } from "../visitor.ts";

export const { cases, covers, coversEveryShape } = caseList();

const words = (page: FeedPage) => page.comments.map(({ body }) => body);
const feed = (of: Visitor, query = "") => of.json<FeedPage>(`GET /api/comments${query}`);

covers("a comment is in the feeds of its author and of friends, and in nobody else's", async ({ person }) => {
  const [ada, ben, eve] = [await person("Ada"), await person("Ben"), await person("Eve")];
  await ada.befriend(ben);
  const comment = await ada.comment("for friends");
  expect(comment).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    author: ada.me,
    body: "for friends",
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    position: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  for (const reader of [ada, ben]) expect((await feed(reader)).comments).toEqual([comment]);
  expect(words(await feed(eve))).toEqual([]);
  await ben.json(`DELETE /api/friends/${ada.id}`);
  expect(words(await feed(ben))).toEqual([]);
});

covers("the feed comes in pages, newest first", async ({ person }) => {
  const ada = await person("Ada");
  for (const body of ["1", "2", "3"]) await ada.comment(body);
  const first = await feed(ada, "?limit=2");
  const second = await feed(ada, `?limit=2&before=${first.next}`);
  expect([first, second].map(words)).toEqual([["3", "2"], ["1"]]);
  expect(second.next).toBeNull();
});

covers("what was missed is caught up with, removals too", async ({ person }) => {
  const [ada, ben] = [await person("Ada"), await person("Ben")];
  await ada.befriend(ben);
  const seen = await ada.comment("seen");
  const removed = await ada.comment("removed");
  await ada.json(`DELETE /api/comments/${removed.id}`, {}, 204);
  await ada.comment("missed");
  const page = await feed(ben, `?after=${seen.position}`);
  expect(words(page)).toEqual(["missed", "seen"]);
  expect(page).toMatchObject({ removed: [{ id: removed.id }], complete: true });
  expect((await feed(ben, "?after=0000000000000001")).complete).toBe(false);
});

covers("a repeated request makes one comment, under its key", async ({ person }) => {
  const ada = await person("Ada");
  const post = (body: string) =>
    ada.ask("POST /api/comments", { json: { body }, headers: { "idempotency-key": "k-1" } });
  const answers = [await post("once"), await post("once")];
  expect(answers.map(({ status }) => status)).toEqual([201, 200]);
  const [first, again] = await Promise.all(answers.map((answer) => answer.json()));
  expect(again).toEqual(first);
  const other = await post("something else");
  expect(other.status).toBe(409);
  expect(await other.json()).toMatchObject({ code: "idempotency_mismatch" });
});

covers("only who wrote a comment removes it", async ({ person }) => {
  const [ada, ben] = [await person("Ada"), await person("Ben")];
  await ada.befriend(ben);
  const { id } = await ada.comment("mine");
  expect(await ben.refused(`DELETE /api/comments/${id}`)).toEqual([404, "not_found"]);
  await ada.json(`DELETE /api/comments/${id}`, {}, 204);
  expect(words(await feed(ben))).toEqual([]);
});

coversEveryShape(
  "a comment has 1 to 2,000 characters of any writing, and more than white space",
  async ({ person }) => {
    const ada = await person("Ada");
    const long = "😀".repeat(2_000);
    expect((await ada.comment(long)).body).toBe(long);
    expect((await ada.comment(' ﬁ "<é>"\n\t學 ')).body).toBe(' ﬁ "<é>"\n\t學 ');
    for (const body of ["", " \n", `${long}!`]) {
      expect(await ada.refused("POST /api/comments", { json: { body } })).toEqual([400, "invalid_input"]);
    }
  },
);

covers("a time that has not come is an error, never a wait", async ({ person }) => {
  const ada = await person("Ada");
  expect(await ada.refused("GET /api/comments?time=ffffffff00000000")).toEqual([400, "time_ahead"]);
  const { time } = await (await ada.connect()).first("me");
  expect(await feed(ada, `?time=${time}`)).toMatchObject({ comments: [], authorsTag: expect.any(String) });
});

coversEveryShape("a query that is not known, or not as it should be, is refused at its field", async ({ person }) => {
  const ada = await person("Ada");
  const answer = await ada.json("GET /api/comments?limit=0&before=x&page=2", {}, 400);
  expect(answer).toMatchObject({
    code: "invalid_input",
    fields: { limit: expect.any(String), before: expect.any(String), page: expect.any(String) },
  });
});
