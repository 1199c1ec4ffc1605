import { describe, it } from "vitest";
import { expectStackToForm, FORMED_MS } from "./support/stack-scenario.js";

describe("a stack with bonds, VLANs and a corosync network of its own, and Ceph", () => {
  it(
    "forms from fresh hosts, is healthy and is left alone afterwards",
    () => expectStackToForm("homelab"),
    FORMED_MS,
  );
});
