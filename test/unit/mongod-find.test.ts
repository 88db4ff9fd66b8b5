import { expect, test } from "vitest";
import { firstThatWorks } from "../../infra/mongod/find.ts";
import type { Way } from "../../infra/mongod/ways.ts";

const refused = (name: string, reason: string, mend: string): Way => ({
  name,
  mend,
  try: () => Promise.reject(new Error(reason)),
});
const leadsTo = (name: string, path: string): Way => ({
  name,
  mend: "",
  try: async () => ({ path, version: "7.0.1" }),
});

test("names every way with why it failed and what to do, a server of one's own first", async () => {
  const ways = [
    refused("the shelf", "it is\n  empty", "put one there"),
    refused("the shop", "closed on Sundays", "come on Monday"),
  ];

  await expect(firstThatWorks(ways)).rejects.toMatchObject({
    name: "MongodError",
    fault: "not-found",
    message: [
      "No MongoDB to work with. Any one of these is enough:",
      "  1. a server of yours: no address was given",
      "     -> set MONGODB_URI (for tests TEST_MONGODB_URI) to the address of a replica set; one member is enough",
      "  2. the shelf: it is empty",
      "     -> put one there",
      "  3. the shop: closed on Sundays",
      "     -> come on Monday",
    ].join("\n"),
  });
});

test("takes the first way that works, says which it was and tries none after it", async () => {
  const never: Way = { name: "later", mend: "", try: () => expect.unreachable("a way too many was tried") };
  const ways = [refused("the shelf", "empty", "fill it"), leadsTo("the drawer", "/drawer/mongod"), never];

  const found = await firstThatWorks(ways);

  expect(found).toEqual({ path: "/drawer/mongod", version: "7.0.1", how: "the drawer" });
});
