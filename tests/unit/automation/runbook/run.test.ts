import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { runRunbook } from "../../../../automation/runbook/run.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** The exit status and what stands on standard output. */
async function run(
  topic: string | undefined,
  { stack = "frege", json = false } = {},
): Promise<{ status: number; said: string }> {
  const parts: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    parts.push(String(text));
    return true;
  });
  const status = await runRunbook({
    stack,
    json,
    byFile: true,
    ...(topic === undefined ? {} : { topic }),
  });
  return { status, said: parts.join("") };
}

const page = z.object({
  cluster: z.literal("ms01"),
  topic: z.string(),
  steps: z
    .array(
      z.object({
        title: z.string(),
        command: z.object({ effect: z.enum(["reads", "changes"]), line: z.string() }).optional(),
      }),
    )
    .min(1),
});

describe("the runbook by the file alone", () => {
  it("is a list without a topic, and says that no host was asked", async () => {
    const { status, said } = await run(undefined);
    expect(status).toBe(0);
    expect(said).toMatch(/^ms01: runbooks\n +no host was asked: nothing is known/);
    expect(said).toContain("`npx proxmox-ha runbook frege TOPIC` prints one.");
  });

  it("is one page with a topic", async () => {
    const { status, said } = await run("dead-node");
    expect(status).toBe(0);
    expect(said).toMatch(/^ms01: dead-node\n/);
    expect(said).toMatch(
      /^1\. +See who is left\n +where: +this machine\n +run: +npx proxmox-ha status frege\n/m,
    );
  });

  it("is one JSON object for a program", async () => {
    expect(page.parse(JSON.parse((await run("restore", { json: true })).said)).topic).toBe(
      "restore",
    );
    const list = z.object({ topics: z.array(z.object({ topic: z.string() })).length(12) });
    list.parse(JSON.parse((await run(undefined, { json: true })).said));
  });

  it("refuses a topic that there is not, and says which was meant", async () => {
    await expect(run("deadnode")).rejects.toMatchObject({
      kind: "badInput",
      message: expect.stringMatching(/no topic deadnode.*Did you mean dead-node/s),
    });
    await expect(run("earthquake")).rejects.toMatchObject({
      message: expect.stringContaining("There are dead-node, lost-quorum"),
    });
  });

  it("helps without a stack file where that is what was lost, and nowhere else", async () => {
    const lost = await run("lost-stack-file", { stack: "nobody" });
    expect(lost.status).toBe(0);
    expect(lost.said).toContain("Pulumi.nobody.yaml");
    const other = await run("dead-node", { stack: "nobody", json: true });
    expect(other.status).toBe(2);
    expect(other.said).toContain("there is no such stack file");
  });
});
