import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, OwnStack, untilOn } from "../../../twin/testing/index.js";
import { SOON } from "../../support/days.js";
import { ProgramTwin } from "../support/program-twin.js";

/**
 * adele keeps the databases of two OSDs on a third disk, of which it has another one in reserve; berta has two OSDs on one disk, and
 * another one in reserve. Each has one OSD more, so that data has a place while these are made anew.
 */
let twin: ProgramTwin;
const stack = new OwnStack(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml"),
);
const LATE = 300_000;
const PLAIN = '            - select: { model: "PLAIN*", size: 20GB }\n';

const withSlots = ({ fast = 1, shared = 1, consent = [] as readonly string[] }) =>
  stack.write([
    [
      "        everyNode:\n",
      `        allowUneven: true
        nodes:
          adele:
            - select: { model: "DATA*", size: 20GB }
              count: 2
              db: { select: { model: "FAST*", size: 10GB }, count: ${fast}, size: 3GB }
${PLAIN}          berta:
            - select: { model: "DATA*", size: 20GB }
              count: ${shared}
              perDevice: 2
${PLAIN}        everyNode:
`,
    ],
    [
      "    ceph:\n",
      `${consent.length === 0 ? "" : `    consent: { ${consent.map((name) => `"${name}": ${SOON}`).join(", ")} }\n`}    ceph:\n`,
    ],
  ]);

/** By the number of each OSD of a host what it lies on. */
async function placesOn(host: string): Promise<ReadonlyMap<string, string>> {
  const said = await twin.on(
    host,
    'for one in /var/lib/ceph/osd/ceph-*; do echo "$(basename "$one" | cut -d - -f 2) $(readlink "$one"/block "$one"/block.db | paste -s -d " ")"; done',
  );
  return new Map(
    said
      .trim()
      .split("\n")
      .map((line) => /^(\d+) (.*)$/.exec(line)?.slice(1) ?? [])
      .map(([osd = "", places = ""]) => [osd, places]),
  );
}
const placed = async (host: string) => [...(await placesOn(host)).values()].toSorted();
const numbersWith = async (host: string, place: string) =>
  [...(await placesOn(host))].flatMap(([osd, places]) => (places.includes(place) ? [osd] : []));
const EIGHT_ARE_WELL = `ceph status -f json | python3 -c '
import json, sys
seen = json.load(sys.stdin)
states = {one["state_name"] for one in seen["pgmap"]["pgs_by_state"]}
sys.exit((seen["osdmap"]["num_up_osds"], seen["osdmap"]["num_in_osds"], states) != (8, 8, {"active+clean"}))'`;
const kept = () => twin.on("clara", "timeout 60 rados -p vm-disks get kept -");
/** Those that are not there now. */
const pulled = (host: string, ...disks: readonly string[]) =>
  twin.on(host, `printf '%s\\n' ${disks.join(" ")} > /run/pve-standin-pulled-disks`);

beforeAll(async () => {
  withSlots({ fast: 2, shared: 2 });
  twin = await ProgramTwin.up("cephdb", "trio");
  await pulled("adele", "nvme5n1");
  await pulled("berta", "nvme2n1");
  withSlots({});
});
afterAll(() => closeAll(twin, stack));

describe("disks that OSDs of Ceph share", () => {
  it("carry databases in slots of their own, or several OSDs, and nothing changes afterwards", async () => {
    await twin.runUp();
    expect(await placed("adele")).toEqual([
      "/dev/nvme1n1 /dev/nvme4n1p1",
      "/dev/nvme2n1 /dev/nvme4n1p2",
      "/dev/nvme3n1",
    ]);
    expect(await placed("berta")).toEqual(["/dev/nvme1n1p1", "/dev/nvme1n1p2", "/dev/nvme3n1"]);
    const [first] = await numbersWith("adele", "nvme4n1p1");
    expect(await twin.on("adele", `ceph osd metadata ${first}`)).toMatch(
      /"bluefs_dedicated_db": "1"/,
    );
    await untilOn(twin, "clara", EIGHT_ARE_WELL, LATE);
    await twin.on("clara", "echo before > /root/kept && rados -p vm-disks put kept /root/kept");
    const again = await twin.runUp();
    expect(again.done.stdout).toMatch(/nothing to change/);
    expect(again.log.roundTrips()).toEqual({});
    expect((await twin.run("refresh")).done.stdout).not.toMatch(/->/);
  });

  it("leave with all their OSDs by consent, and the next disk takes the numbers", async () => {
    const osds = await numbersWith("berta", "nvme1n1");
    await pulled("berta");
    withSlots({ consent: osds.slice(0, 1).map((osd) => `osd.${osd}`) });
    const alone = await twin.run("preview");
    expect(alone.done.status).not.toBe(0);
    withSlots({ consent: osds.map((osd) => `osd.${osd}`) });
    await twin.runUp();
    expect(await placed("berta")).toEqual(["/dev/nvme2n1p1", "/dev/nvme2n1p2", "/dev/nvme3n1"]);
    expect(await numbersWith("berta", "nvme2n1")).toEqual(osds);
    await untilOn(twin, "clara", EIGHT_ARE_WELL, LATE);
    expect(await kept()).toBe("before\n");
  });

  it("take their OSDs along when they die; these are named, and made anew on the disk that is put in", async () => {
    const osds = await numbersWith("adele", "nvme4n1");
    withSlots({});
    await twin.runUp();
    await pulled("adele", "nvme4n1");
    await twin.on(
      "adele",
      osds
        .map(
          (osd) =>
            `systemctl kill -s KILL ceph-osd@${osd}; systemctl disable --now ceph-osd@${osd}`,
        )
        .join("; "),
    );
    await untilOn(twin, "clara", "ceph status -f json | grep -q '\"num_up_osds\":6'", LATE);
    await twin.run("refresh");
    expect((await twin.run("preview")).done.stdout).toMatch(/nvme-FAST\S+ is gone -> OSD/);
    const { done } = await twin.run("up");
    expect(done.status).toBe(3);
    for (const osd of osds) {
      expect(`${done.stdout}${done.stderr}`).toContain(`\`osd.${osd}\``);
    }
    withSlots({ consent: osds.map((osd) => `osd.${osd}`) });
    await twin.runUp();
    expect(await placed("adele")).toEqual([
      "/dev/nvme1n1 /dev/nvme5n1p1",
      "/dev/nvme2n1 /dev/nvme5n1p2",
      "/dev/nvme3n1",
    ]);
    expect(await numbersWith("adele", "nvme5n1")).toEqual(osds);
    await untilOn(twin, "clara", EIGHT_ARE_WELL, LATE);
    expect(await kept()).toBe("before\n");
  });
});
