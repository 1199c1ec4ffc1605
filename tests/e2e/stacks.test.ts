import { describe, it } from "vitest";
import { expectStackToForm } from "./support/stack-scenario.js";

describe("a stack with bonds, VLANs and a corosync network of its own", () => {
  it("forms from fresh hosts, is healthy and is left alone afterwards", () =>
    expectStackToForm("homelab"));
});
