import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, untilQuorate } from "../../../twin/testing/index.js";
import { plainCluster } from "../support/plain-cluster.js";
import { ProgramTwin } from "../support/program-twin.js";

/** Four plain machines, of which the file knows three at first. */
let twin: ProgramTwin;
const folder = mkdtempSync(path.join(tmpdir(), "quartet-"));
const file = path.join(folder, "Pulumi.quartet.yaml");
const FOUR = plainCluster("quartet", 4);
const THREE = FOUR.replace(/^ +node04: .*\n/m, "");
const written = (): string => readFileSync(file, "utf8");
const quorum = async () => (await twin.status()).quorum;
const words = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string =>
  `${stdout}${stderr}`;

beforeAll(async () => {
  process.env.PROXMOX_HA_PROJECT = folder;
  writeFileSync(file, FOUR);
  twin = await ProgramTwin.up("quartet", "quartet");
  writeFileSync(file, `# Three of us.\n${THREE}`);
  await twin.runUp();
});
afterAll(() => closeAll(twin, folder));

describe("`node`", () => {
  it("adds a machine: the file gets a line, and the cluster a member", async () => {
    const asked = await twin.run("node", ["add", "node04", "--address", "10.20.0.14"]);
    expect(asked.done.status).toBe(2);
    expect(words(asked.done)).toContain("its hardware or a node that it is like");

    const added = ["add", "node04", "--address", "10.20.0.14", "--like", "node01"];
    const untold = await twin.run("node", added);
    expect(untold.done.status).toBe(2);
    expect(words(untold.done)).toContain("Nobody is there to type the name of node04");
    expect(written()).toBe(`# Three of us.\n${THREE}`);

    const { done } = await twin.run("node", [...added, "--yes"]);
    expect(done.status).toBe(0);
    expect(done.stdout).toMatch(
      /\+ +node04: \{ id: 4, address: 10\.20\.0\.14, hardware: generic \}/,
    );
    expect(written()).toBe(`# Three of us.\n${FOUR}`);
    expect(await quorum()).toEqual({ quorate: true, votes: 4, expected: 4 });
  });

  it("replaces a machine that was installed anew", async () => {
    await twin.twin(["power", twin.name, "node03", "off"]);
    await twin.twin(["reinstall", twin.name, "node03"]);
    const replaced = await twin.run("node", ["replace", "node03", "--yes"]);
    expect(replaced.done.status).toBe(0);
    expect(written()).toMatch(/node03: \{.*installation: 2 \}/);
    expect(written()).toMatch(/^ {4}consent: \{ node\.node03: 20\d\d-\d\d-\d\d \}$/m);
    await untilQuorate(twin, "node01", 4);
  });

  it("removes one that is off, and while it is on leaves the file as it is meant for the next run", async () => {
    const early = await twin.run("node", ["remove", "node04", "--yes", "--json"]);
    const [edit, preview, up] = early.done.stdout.trim().split("\n");
    expect(edit).toContain("node04");
    expect(preview).toMatch(/"status":4/);
    expect(up).toMatch(/"status":3/);
    expect(await quorum()).toEqual({ quorate: true, votes: 4, expected: 4 });
    expect(written()).not.toMatch(/^ +node04:/m);
    expect(written()).toMatch(/consent: \{ node\.node03: \S+, node\.node04: \S+ \}/);

    await twin.twin(["power", twin.name, "node04", "off"]);
    await twin.runUp();
    expect(await quorum()).toEqual({ quorate: true, votes: 3, expected: 3 });
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });
});
