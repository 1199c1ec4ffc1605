import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll } from "../../../twin/testing/index.js";
import { SOON } from "../../support/days.js";
import { fregeWithoutGuests } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file, with a stack file of its own that is edited as its owner would. */
let twin: ProgramTwin;
const folder = mkdtempSync(path.join(tmpdir(), "cluster-life-"));
const committed = fregeWithoutGuests();

const QUINE = `      quine:
        id: 4
        address: 10.203.3.14
        hardware: ms-01
        fence:
          amt:
            address: 10.203.3.24
            login: { user: admin, password: { ssm: /ms01/amt/quine } }
`;
const withQuine = edited(
  edited(committed, "\n    interfaces:\n", `${QUINE}\n    interfaces:\n`),
  "links: [management, ring]",
  "links: [management, ring]\n      evenNodesAccepted: true",
);
const consenting = (day: string): string => `${committed}\n    consent: { node.quine: ${day} }\n`;

function edited(text: string, what: string, by: string): string {
  if (!text.includes(what)) {
    throw new Error(`the stack file has no ${JSON.stringify(what)} any more`);
  }
  return text.replace(what, by);
}
const write = (text: string): void => writeFileSync(path.join(folder, "Pulumi.frege.yaml"), text);

async function votes(): Promise<{ votes: number; expected: number }> {
  const { quorum } = await twin.status();
  return { votes: quorum.votes, expected: quorum.expected };
}

beforeAll(async () => {
  process.env.PROXMOX_HA_PROJECT = folder;
  write(withQuine);
  twin = await ProgramTwin.up("life");
  write(committed);
  await twin.runUp();
});
afterAll(() => closeAll(twin, folder));

describe("a formed cluster", () => {
  it("takes a fourth node, which keeps the place that the file gives it", async () => {
    expect(await votes()).toEqual({ votes: 3, expected: 3 });
    write(withQuine);
    const { log } = await twin.runUp();
    expect(log.changes()).toContain('members["quine"]: no member -> member with id 4, 1 vote(s)');
    const joined = log.steps().filter(({ verb }) => verb.startsWith("join "));
    expect(joined.map(({ host }) => host)).toEqual(["quine"]);
    expect(await votes()).toEqual({ votes: 4, expected: 4 });
  });

  it("keeps a node that is only left out of the file, and says so in the preview too", async () => {
    write(committed);
    for (const verb of ["preview", "up"] as const) {
      const { done, log } = await twin.run(verb);
      expect(done.status).toBe(3);
      expect(done.stdout).toMatch(
        /refused, nothing was changed: the stack file no longer has quine/,
      );
      expect(log.steps()).toEqual([]);
    }
    expect(await votes()).toEqual({ votes: 4, expected: 4 });
  });

  it("keeps it as well when the consent has expired, or while it runs", async () => {
    write(consenting("2020-01-01"));
    expect((await twin.run("up")).done.status).not.toBe(0);
    write(consenting(SOON));
    const { done } = await twin.run("up");
    expect(done.status).toBe(3);
    expect(done.stdout).toMatch(/quine is still running; it must be off/);
    expect(await votes()).toEqual({ votes: 4, expected: 4 });
  });

  it("lets it go by consent once it is off, and asks the gone host nothing", async () => {
    await twin.twin(["power", twin.name, "quine", "off"]);
    const { log } = await twin.runUp();
    expect(Object.keys(log.roundTrips()).toSorted()).toEqual(["frege", "russell", "wittgenstein"]);
    expect(await votes()).toEqual({ votes: 3, expected: 3 });
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });

  it("loses and gets back a link while the other one carries it", async () => {
    await twin.on(
      "russell",
      "systemd-run --quiet --unit=watch sh -c 'while sleep 0.2; do corosync-quorumtool -s | grep ^Quorate: ; done > /run/quorate'",
    );
    // Traffic on the link that stays must not notice.
    await twin.on(
      "frege",
      "systemd-run --quiet --unit=ping -p KillSignal=SIGINT sh -c 'exec ping -n -i 0.2 10.203.3.12 > /run/ping'",
    );
    for (const links of ["[management]", "[management, ring]"]) {
      write(edited(committed, "links: [management, ring]", `links: ${links}`));
      await twin.runUp();
      const { links: seen } = await twin.status();
      expect(seen.length).toBe(links.split(",").length);
      expect(seen.every(({ state }) => state === "connected")).toBe(true);
    }
    await twin.on("frege", "systemctl stop ping");
    const pinged = await twin.on("frege", "tail -n 2 /run/ping");
    console.log(`ping on the link that stays: ${pinged.trim().replace("\n", "; ")}`);
    expect(pinged).toContain(" 0% packet loss");
    await twin.on("russell", "systemctl stop watch");
    const answers = (await twin.on("russell", "sort /run/quorate | uniq -c")).trim();
    expect(answers).toMatch(/^\d+ Quorate:\s+Yes$/);
  });
});
