import { describe, expect, it } from "vitest";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { cephRoster } from "../../../../dynamic-providers/pveceph/roster/provider.js";
import { SOON } from "../../../support/days.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { TODAY } from "./host-with-disks.js";

const clock = { now: () => Date.parse(TODAY), sleep: () => Promise.resolve() };
const nobody = {
  node: "frege",
  run: () => Promise.reject(new Error("no host is asked for a list of names")),
};
const provider = cephRoster.serve(fakeRuntime("names", nobody, clock));

interface Names {
  readonly pools?: readonly string[];
  readonly filesystems?: readonly string[];
  readonly consent?: Readonly<Record<string, string>>;
  readonly kinds?: Readonly<Record<string, string>>;
}
const wish = ({
  pools = ["vm-disks"],
  filesystems = ["shared"],
  consent = {},
  kinds = {},
}: Names) => toStruct({ cluster: "ms01", pools, filesystems, consent, kinds });

async function said(before: Names, wanted: Names): Promise<string> {
  const { failures } = await provider.check(wish(before), wish(wanted));
  return failures.map(({ reason }) => reason).join();
}

describe("pools and file systems of the file, by their names", () => {
  it("are refused where one comes in the run in which another leaves, with both ways out", async () => {
    const answer = await said({}, { pools: ["guest-disks"] });
    expect(answer).toMatch(/nothing was changed: a pool is not renamed/);
    expect(answer).toMatch(
      /guest-disks would be made empty, and everything in vm-disks would stay/,
    );
    expect(answer).toMatch(/Call it vm-disks again/);
    expect(answer).toMatch(/take vm-disks out in one run and add guest-disks in the next/);
    expect(answer).toMatch(/`consent: \{"pool\.vm-disks": <last day, as 20/);
    expect(await said({}, { filesystems: ["files"] })).toMatch(
      /a file system is not renamed.*`consent: \{"filesystem\.shared"/,
    );
  });

  it("names all that leave and come", async () => {
    const before = { pools: ["a", "b", "c"] };
    expect(await said(before, { pools: ["c", "x", "y"] })).toMatch(
      /to make the pool x, y in the run in which the stack file no longer has a, b/,
    );
  });

  it("may come or leave alone, and in another order", async () => {
    expect(await said({}, { pools: ["vm-disks", "more"] })).toBe("");
    expect(await said({}, { pools: [] })).toBe("");
    expect(await said({ pools: ["a", "b"] }, { pools: ["b", "a"] })).toBe("");
    expect(await said({}, { pools: [], filesystems: ["shared", "files"] })).toBe("");
  });

  it("may do both where the consent of each that leaves says that it shall be destroyed", async () => {
    const other = { pools: ["guest-disks"] };
    expect(await said({}, { ...other, consent: { "pool.vm-disks": SOON } })).toBe("");
    expect(await said({}, { ...other, consent: { "pool.vm-disks": "2020-01-01" } })).toMatch(
      /a pool is not renamed/,
    );
    expect(await said({}, { ...other, consent: { "filesystem.vm-disks": SOON } })).toMatch(
      /a pool is not renamed/,
    );
  });

  it("are refused where one is to be of another kind, with what was and what is", async () => {
    const copies = { kinds: { "vm-disks": "copies, for rbd" } };
    const parts = { kinds: { "vm-disks": "2 + 1 parts, each on another host, for rbd" } };
    expect(await said(copies, parts)).toMatch(
      /nothing was changed: it was made as one of copies, for rbd, the stack file now says 2 \+ 1 parts.*Write it as it was.*under another name.*`pool\.vm-disks` destroys it/,
    );
    expect(await said(copies, copies)).toBe("");
    // An earlier version did not write the kind down.
    expect(await said({}, parts)).toBe("");
    expect(await said(copies, { pools: [], kinds: {} })).toBe("");
  });

  it("are nothing to be compared with in a first run", async () => {
    const { failures } = await provider.check({}, wish({}));
    expect(failures).toEqual([]);
  });
});
