import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { confirm } from "../../../automation/confirm.js";

const OTHERWISE = "russell was not switched off";

function terminal(isTTY: boolean, ...typed: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY });
  for (const line of typed) {
    input.write(`${line}\n`);
  }
  return { input, output: new PassThrough() };
}

const asked = (yes: boolean, at: ReturnType<typeof terminal>) =>
  confirm("russell", { yes, otherwise: OTHERWISE }, at);

it("goes on when the node's name is typed", async () => {
  await expect(asked(false, terminal(true, "russell"))).resolves.toBeUndefined();
});

it.each(["", "y", "yes", "frege", "russel"])("refuses when %j is typed", async (typed) => {
  await expect(asked(false, terminal(true, typed))).rejects.toMatchObject({
    kind: "refused",
    message: `russell was not typed: ${OTHERWISE}. Nothing was done.`,
  });
});

it("refuses when the terminal is closed instead", async () => {
  const at = terminal(true);
  at.input.end();
  await expect(asked(false, at)).rejects.toMatchObject({ kind: "refused" });
});

it("asks nobody who has said yes, and is bad input where nobody can be asked", async () => {
  await expect(asked(true, terminal(false))).resolves.toBeUndefined();
  await expect(asked(false, terminal(false))).rejects.toMatchObject({
    kind: "badInput",
    message: expect.stringContaining("`--yes`"),
  });
});
