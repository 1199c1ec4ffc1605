import path from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { OwnStack } from "../../twin/testing/index.js";
import { expectStackToForm, FORMED_MS } from "./support/stack-scenario.js";

/** homelab with a file system beside its pools, which its file has no use for. */
let stack: OwnStack;
const POOLS = "      pools:\n        vm-disks: { size: 3,";
const FILESYSTEM = `      filesystems:\n        shared: { pgs: 16 }\n${POOLS}`;
beforeAll(() => {
  stack = new OwnStack(path.resolve(__dirname, "..", "..", "Pulumi.homelab.yaml"));
  stack.write([[POOLS, FILESYSTEM]]);
});
afterAll(() => stack.close());

describe("a stack with bonds, VLANs, a corosync network of its own, and Ceph", () => {
  it(
    "forms from fresh hosts, is healthy and is left alone afterwards",
    () => expectStackToForm("homelab"),
    FORMED_MS,
  );
});
