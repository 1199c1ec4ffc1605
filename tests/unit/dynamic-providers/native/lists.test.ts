import { describe, expect, it } from "vitest";
import { wantedGroup, wantedPool, wantedStorage } from "../../../../components/native/wishes.js";
import type { StoragePlan } from "../../../../config/plan/storage.js";
import {
  type Lists,
  listsLook,
  presentOf,
  refusedTakingOver,
} from "../../../../dynamic-providers/native/lists.js";
import { type NativeWish, pathOf } from "../../../../dynamic-providers/native/native-schema.js";
import { scriptOf } from "../../../../dynamic-providers/transport/pvesh/script.js";
import { saidOf } from "../../../support/said.js";

const common = { enabled: true, adopt: false, shared: false };
const backups: StoragePlan = {
  ...common,
  id: "nfs-backups",
  type: "nfs",
  shared: true,
  content: ["backup"],
  server: "10.203.3.99",
  export: "/volume1/backups",
  options: "vers=4.2,hard",
  prune: { keepDaily: 7, keepWeekly: 4 },
};
const PLANS: readonly StoragePlan[] = [
  backups,
  {
    ...common,
    id: "files",
    type: "dir",
    content: ["iso"],
    path: "/srv/files",
    mountPoint: false,
    nodes: ["frege"],
  },
  { ...common, id: "tank", type: "zfs", content: ["images"], pool: "tank/vms", thin: false },
  {
    ...common,
    id: "thin",
    type: "lvmThin",
    content: ["images", "rootdir"],
    volumeGroup: "pve",
    thinPool: "data",
  },
];
const there = {
  backups: {
    storage: "nfs-backups",
    type: "nfs",
    server: "10.203.3.99",
    export: "/volume1/backups",
    path: "/mnt/pve/nfs-backups",
    content: "backup",
    options: "hard,vers=4.2",
    "prune-backups": "keep-weekly=4,keep-daily=7",
    shared: 1,
  },
  files: {
    storage: "files",
    type: "dir",
    path: "/srv/files",
    content: "iso",
    nodes: "frege",
    preallocation: "off",
  },
  tank: { storage: "tank", type: "zfspool", pool: "tank/vms", content: "images", sparse: 0 },
  thin: {
    storage: "thin",
    type: "lvmthin",
    vgname: "pve",
    thinpool: "data",
    content: "rootdir,images",
  },
};
const { wish: group } = wantedGroup(
  {
    name: "ms01-cluster",
    nodes: { frege: 100, russell: 0 },
    restricted: false,
    noFailback: false,
  },
  false,
);
const pools = (...names: string[]) => names.map((name) => wantedPool(name, false).wish);

function wishes(
  storages: readonly StoragePlan[],
  others: readonly NativeWish[] = [],
  adopt = false,
): NativeWish[] {
  return [...storages.map((one) => wantedStorage({ ...one, adopt }).wish), ...others];
}

/** Which of them are there, and why they are not taken over. */
function judged(wanted: readonly NativeWish[], there: Lists) {
  const against = refusedTakingOver(wanted, there);
  return {
    takenOver: presentOf(wanted, there).map(pathOf),
    ...(against === undefined ? {} : { against }),
  };
}

function lists(
  storages: readonly object[],
  more: Readonly<Record<string, readonly object[]>> = {},
): Lists {
  const all: Readonly<Record<string, readonly object[]>> = { "/storage": storages, ...more };
  const { parts, read } = listsLook(wishes(PLANS, [...pools("production"), group]), false);
  const texts = parts.map(({ name }) => JSON.stringify(all[name.split(" ").at(-1) ?? ""] ?? []));
  return read(saidOf(parts, texts));
}

describe("what is on the cluster already", () => {
  it("is taken over where it is equal, whatever the kind, with the keys that only others set", () => {
    const verdict = judged(wishes(PLANS), lists(Object.values(there)));
    expect(verdict).toEqual({
      takenOver: ["nfs-backups", "files", "tank", "thin"].map((id) => `/storage/${id}`),
    });
  });

  it("is nothing to speak of where there is nothing of the name", () => {
    const facts = lists([{ ...there.tank, storage: "local" }]);
    expect(judged(wishes(PLANS), facts)).toEqual({
      takenOver: [],
    });
  });

  const DIFFERENT: readonly (readonly [keyof typeof there, object, string])[] = [
    [
      "backups",
      { "prune-backups": "keep-daily=3" },
      "storage nfs-backups: prune-backups: keep-daily=3 -> keep-daily=7,keep-weekly=4",
    ],
    ["backups", { options: "vers=3" }, "options: vers=3 -> vers=4.2,hard"],
    ["backups", { disable: 1 }, "disable: 1 -> 0"],
    ["files", { nodes: "russell" }, "nodes: russell -> frege"],
    ["files", { nodes: undefined }, "nodes: absent -> frege"],
    ["files", { shared: 1 }, "storage files: shared: 1 -> 0"],
    ["tank", { nodes: "frege" }, "storage tank: nodes: frege -> absent"],
    ["tank", { sparse: 1 }, "storage tank: sparse: 1 -> 0"],
    ["thin", { content: "images" }, "storage thin: content: images -> images,rootdir"],
  ];
  it.each(DIFFERENT)("is refused with what differs: %s %o", (which, other, said) => {
    const facts = lists([{ ...there[which], ...other }]);
    const { against } = judged(wishes(PLANS), facts);
    expect(against?.message).toContain("nothing was changed");
    expect(against?.message).toContain(said);
    expect(against?.message).toContain("or set `adopt: true` to have it changed");
  });

  it("is let through with `adopt: true`, whatever differs", () => {
    const facts = lists([{ ...there.tank, content: "rootdir" }, there.thin]);
    const verdict = judged(wishes(PLANS, [], true), facts);
    expect(verdict.against).toBeUndefined();
    expect(verdict.takenOver).toEqual(["/storage/tank", "/storage/thin"]);
  });

  it.each([
    ["server", { server: "10.203.3.98" }, "server: 10.203.3.98 -> 10.203.3.99"],
    ["type", { type: "cifs" }, "type: cifs -> nfs"],
  ])("is refused at another place, `adopt: true` or not: %s", (_what, other, said) => {
    const facts = lists([{ ...there.backups, ...other }]);
    expect(() => judged(wishes([backups], [], true), facts)).toThrow(said);
  });

  it("names all that differs at once", () => {
    const facts = lists([
      { ...there.tank, content: "rootdir" },
      { ...there.thin, content: "images" },
    ]);
    const { against } = judged(wishes(PLANS), facts);
    expect(against?.message).toContain("Failed to take over storage tank, storage thin");
  });

  it("keeps a pool with its comment and its members", () => {
    const facts = lists([], { "/pools": [{ poolid: "production", comment: "of ours" }] });
    const objects = pools("production", "test");
    expect(judged(wishes([], objects), facts)).toEqual({
      takenOver: ["/pools/production"],
    });
  });

  it("knows a group in whatever way its nodes are written", () => {
    const facts = (other: object) =>
      lists([], {
        "/cluster/ha/groups": [
          { group: "ms01-cluster", type: "group", nodes: "russell,frege:100", ...other },
        ],
      });
    expect(judged(wishes([], [group]), facts({})).against).toBeUndefined();
    expect(judged(wishes([], [group]), facts({ restricted: 1 })).against?.message).toContain(
      "HA group ms01-cluster: /cluster/ha/groups/ms01-cluster: restricted 1",
    );
    expect(judged(wishes([], [group]), facts({ nodes: "frege:100" })).against).toBeDefined();
  });
});

describe("the look at what is there", () => {
  const script = (wanted: readonly NativeWish[], member: boolean): string =>
    scriptOf(listsLook(wanted, member).parts);

  it("asks only for the lists that matter, each once", () => {
    const two = pools("a", "b");
    expect(script(wishes([], two), false).match(/pvesh get '?(\S+?)'? /g)).toEqual([
      "pvesh get /pools ",
    ]);
    expect(script(wishes(PLANS, two), false)).toContain("pvesh get /storage");
  });

  it("believes a node that does not found the cluster as a member only", () => {
    expect(script(wishes(PLANS), true)).toContain(
      "test -e /etc/pve/corosync.conf\nsaid 0 $? || exit\n",
    );
    expect(script(wishes(PLANS), false)).not.toContain("corosync.conf");
  });
});
