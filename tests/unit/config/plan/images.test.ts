import { describe, expect, it } from "vitest";
import { planVms } from "../../../../config/plan/guests.js";
import { planImages } from "../../../../config/plan/images.js";
import { planNodes } from "../../../../config/plan/nodes.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import { specOf } from "./stacks.js";

const IMAGE = {
  url: "https://images.example/a/debian-13.qcow2?v=1",
  checksum: `sha512:${"AB".repeat(64)}`,
  storages: ["nfs-isos"],
};
const spec = (images: NonNullable<ClusterInput["images"]>, more: Partial<ClusterInput> = {}) =>
  specOf("frege", { images, ...more });
const plansOf = (...args: Parameters<typeof spec>) => {
  const whole = spec(...args);
  return planImages(whole, planNodes(whole));
};

describe("images", () => {
  it("are downloaded once on a storage that all nodes share, by the founder", () => {
    expect(plansOf({ debian: IMAGE })).toEqual([
      {
        name: "debian",
        node: "frege",
        onEachNode: false,
        storage: "nfs-isos",
        content: "import",
        file: "debian-13.qcow2",
        volume: "nfs-isos:import/debian-13.qcow2",
        url: IMAGE.url,
        algorithm: "sha512",
        checksum: "ab".repeat(64),
      },
    ]);
  });

  it("are downloaded by each node onto a storage of its own", () => {
    const template = { ...IMAGE, file: "debian.tar.zst", storages: ["local"] };
    expect(
      plansOf({ debian: template }).map(({ node, volume, onEachNode }) => [
        node,
        volume,
        onEachNode,
      ]),
    ).toEqual(
      ["frege", "russell", "wittgenstein"].map((node) => [
        node,
        "local:vztmpl/debian.tar.zst",
        true,
      ]),
    );
  });

  it("are what their endings say, under a name of the file's or of the address", () => {
    const files = ["a.iso", "b.img", "c.raw", "d.tar.xz"];
    const images = Object.fromEntries(files.map((file) => [file.slice(0, 1), { ...IMAGE, file }]));
    expect(plansOf(images).map(({ file, content }) => [file, content])).toEqual([
      ["c.raw", "import"],
      ["a.iso", "iso"],
      ["b.img", "iso"],
      ["d.tar.xz", "vztmpl"],
    ]);
  });

  it("are found by a guest on the first storage that its node sees", () => {
    const guest = { id: 111, node: "russell", cores: 1, memory: "1GiB" };
    const disks = [{ storage: "nfs-vms", size: "8GiB", image: "debian" }];
    const storage = {
      hers: { dir: { path: "/srv" }, content: ["import" as const], nodes: ["frege"] },
      his: { dir: { path: "/srv/b" }, content: ["import" as const], nodes: ["russell"] },
    };
    const whole = spec(
      { debian: { ...IMAGE, storages: ["hers", "his"] } },
      { storage, guests: { one: { ...guest, disks } } },
    );
    expect(planVms(whole)[0]?.disks[0]).toMatchObject({ image: "his:import/debian-13.qcow2" });
  });
});
