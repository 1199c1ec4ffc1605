import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { closeAll, type OwnStack } from "../../../twin/testing/index.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** What is left open on frege's cluster, and what is not. What comes later works on what came before. */
let twin: ProgramTwin;
let file: OwnStack;

beforeAll(async () => {
  file = ownFrege();
  twin = await ProgramTwin.up("security", "frege", { deadlineMs: 580_000 });
  await twin.runUp();
});
afterAll(() => closeAll(twin, file));

const told = z.object({
  status: z.number(),
  unreachable: z.array(z.string()),
  findings: z.array(
    z.object({
      severity: z.string(),
      node: z.string().optional(),
      at: z.string(),
      found: z.string(),
      fix: z.string(),
    }),
  ),
});

async function drill(): Promise<z.output<typeof told>> {
  const { done } = await twin.run("drill", ["security", "--json"]);
  const { data } = told.safeParse(JSON.parse(done.stdout.trim().split("\n").at(-1) ?? ""));
  if (data === undefined) {
    throw new Error(`drill security said ${done.stdout}${done.stderr}`);
  }
  return data;
}

async function errors(): Promise<readonly string[]> {
  const { findings } = await drill();
  return findings
    .filter(({ severity }) => severity === "error")
    .map(({ node, at, found }) => `${node ?? "cluster"} ${at}: ${found}`)
    .sort();
}

const OPENED = "/etc/ssh/sshd_config.d/0-open.conf";

describe("drill security", () => {
  it("finds no door open after a run, every look answered, and says the way out of the rest", async () => {
    const { status, unreachable, findings } = await drill();
    expect(findings.filter(({ severity }) => severity !== "warning")).toEqual([]);
    expect([status, unreachable]).toEqual([0, []]);
    expect(findings).toContainEqual(
      expect.objectContaining({ at: "user root@pam", severity: "warning" }),
    );
    expect(findings.every(({ fix }) => fix !== "")).toBe(true);
  });

  it("finds each door that somebody opens", async () => {
    await twin.on(
      "russell",
      `echo 'PasswordAuthentication yes' > ${OPENED} && systemctl reload ssh && chmod 644 /etc/corosync/authkey`,
    );
    await twin.on("frege", "systemd-run --quiet --unit=stray python3 -m http.server 4444");
    await twin.on(
      "frege",
      "pveum user add stray@pve && pveum user token add stray@pve all > /dev/null && pveum acl modify / --tokens 'stray@pve!all' --roles Administrator",
    );
    expect(await errors()).toEqual([
      "cluster token stray@pve!all: it has the role Administrator",
      expect.stringMatching(/^frege tcp 4444: python3 .*\(takes connections from here\)$/),
      "russell /etc/corosync/authkey: its mode 644 lets everybody read it",
      "russell ssh from here, tcp 22: root is offered: password",
      "russell sshd: it takes passwords",
    ]);
    const { done } = await twin.run("drill", ["security"]);
    expect([done.status, done.stdout]).toEqual([
      1,
      expect.stringContaining("chmod o= '/etc/corosync/authkey'"),
    ]);
  });

  it("finds them closed again", async () => {
    await twin.on(
      "russell",
      `rm ${OPENED} && systemctl reload ssh && chmod o= /etc/corosync/authkey`,
    );
    await twin.on("frege", "systemctl stop stray && pveum user delete stray@pve");
    expect(await errors()).toEqual([]);
  });
});
