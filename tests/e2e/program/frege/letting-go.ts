import { expect, it } from "vitest";
import type { ProgramTwin } from "../../support/program-twin.js";

const nodes = ["frege", "russell", "wittgenstein"];

/** What stays of a cluster that its program forgets, and how it is found again. */
export function lettingGo(twin: () => ProgramTwin): void {
  /** What a cluster is made of, on each node: nothing of it may change. */
  const cluster = async (): Promise<string[]> =>
    Promise.all(
      nodes.map((node) =>
        twin().on(
          node,
          "cd /etc && sha256sum corosync/corosync.conf network/interfaces hosts frr/frr.conf && stat -c %Z corosync/authkey",
        ),
      ),
    );

  const destroy = () => twin().startPulumi(["destroy", "--yes", "--non-interactive"]).finished;

  it("is not even begun to be taken apart while it is protected", async () => {
    const { status, stdout, stderr } = await destroy();
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain("it is protected");
    expect(await twin().on("frege", "pvesm status --storage nfs-vms")).toContain("active");
  });

  it("keeps a storage that holds a volume, and says which; the guest whose volume it is runs on and is only forgotten", async () => {
    const words = ["state", "unprotect", "--all", "--yes", "--non-interactive"];
    expect((await twin().startPulumi(words).finished).status).toBe(0);
    const { status, stdout, stderr } = await destroy();
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain("vm-100-disk-0.raw");
    expect(stdout + stderr).toMatch(/guest test-vm \(vm:100\) stays on frege as it is/);
    expect(await twin().on("frege", "pvesm status --storage nfs-vms")).toContain("active");
    expect(await twin().on("frege", "qm status 100")).toContain("running");
    await twin().on("frege", "qm stop 100 && qm destroy 100");
  });

  it("stays whole under a destroy without the program, which only forgets it", async () => {
    const before = await cluster();
    const { status, stdout, stderr } = await destroy();
    expect(stdout + stderr).not.toContain("error:");
    expect(status).toBe(0);
    expect(JSON.parse(await twin().exportedState())).not.toHaveProperty("deployment.resources.0");
    expect(await cluster()).toEqual(before);
    const { quorum } = await twin().status();
    expect(quorum).toEqual({ quorate: true, votes: 3, expected: 3 });
  });

  it("is taken over as it is by the next up", async () => {
    const before = await cluster();
    const { done } = await twin().runUp();
    console.log(`taken over after a destroy: ${done.seconds} s`);
    expect(done.stdout).toContain("the links of ms01: already as wanted, taken over");
    expect(await cluster()).toEqual(before);
    const again = await twin().runUp();
    expect(again.done.stdout).toMatch(/nothing to change/);
    expect((await twin().status()).healthy).toBe(true);
  });
}
