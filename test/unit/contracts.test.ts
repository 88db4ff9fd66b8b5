import { describe, expect, test } from "vitest";
import { renameBody, signUpBody } from "../../shared/contracts/accounts.ts";
import { codePoints } from "../../shared/contracts/code-points.ts";
import { commentBody } from "../../shared/contracts/comments.ts";

const person = { username: "ada", password: "long enough", firstName: "Ada", lastName: "Moreau" };

describe("limits of text", () => {
  test("count code points, not UTF-16 units", () => {
    expect(codePoints("🙂é")).toBe(2);
    expect(commentBody.safeParse({ body: "🙂".repeat(2_000) }).success).toBe(true);
    expect(commentBody.safeParse({ body: "🙂".repeat(2_001) }).success).toBe(false);
  });

  test("keep a comment to the letter", () => {
    const body = "  <script>alert(1)</script>\u202e \u2028\n";
    expect(commentBody.parse({ body })).toEqual({ body });
  });

  test.each(["", "   \n\t", "\ud800", "a\udc00b"])("refuse the comment %j", (body) => {
    expect(commentBody.safeParse({ body }).success).toBe(false);
  });

  test("take any password of 8 to 128 characters, byte for byte", () => {
    const password = "\u0000é👩‍👩‍👧 x".padEnd(8, "·");
    expect(signUpBody.parse({ ...person, password }).password).toBe(password);
    expect(signUpBody.safeParse({ ...person, password: "a".repeat(129) }).success).toBe(false);
    expect(signUpBody.safeParse({ ...person, password: "seven77" }).success).toBe(false);
  });

  test.each(["ad", "a".repeat(33), "ada moreau", "adá", "аda", "ada\u200b"])("refuse the username %j", (username) => {
    expect(signUpBody.safeParse({ ...person, username }).success).toBe(false);
  });

  test("refuse control characters in names, and trim them", () => {
    expect(signUpBody.safeParse({ ...person, firstName: "Ada\r\nSet-Cookie: a=b" }).success).toBe(false);
    expect(signUpBody.parse({ ...person, firstName: " Ada " }).firstName).toBe("Ada");
  });

  test("are the same for another name, of which one half is enough", () => {
    expect(renameBody.parse({ firstName: " Adele " })).toEqual({ firstName: "Adele" });
    expect(renameBody.parse({ lastName: "M" })).toEqual({ lastName: "M" });
    for (const body of [{}, { firstName: " " }, { lastName: "a".repeat(81) }, { firstName: "A", username: "adele" }]) {
      expect(renameBody.safeParse(body).success).toBe(false);
    }
    expect(renameBody.safeParse({}).error?.issues[0]?.message).toBe("Give a first name or a last name.");
  });

  test("name the limit in the error", () => {
    const { error } = commentBody.safeParse({ body: "a".repeat(2_001) });
    expect(error?.issues[0]?.message).toBe("The comment can have at most 2,000 characters.");
  });
});
