import { existsSync } from "node:fs";
import { z } from "zod";
import type { BmcFault } from "../../bmc/faults.js";
import { unixHttp } from "../../bmc/unix-http.js";
import type { EngineTwin, HostMachine } from "../../engines/engine.js";
import type { CablePlan, TwinPlan } from "../../plan/twin-plan.js";
import { bmcFaultSocket } from "../service-plans.js";
import { untilReachable } from "../wait.js";
import { type FaultContext, hostOf, succeed, type Undo } from "./context.js";
import { fillOsd, killDisk, slowDisk } from "./disk-faults.js";
import { fillDisk, skewClock } from "./host-faults.js";
import type { FaultRequest } from "./kinds.js";
import { loseNas } from "./nas-fault.js";
import { dropSsh } from "./ssh-fault.js";

const refusal = z.object({ error: z.string() });

export async function causeFault(context: FaultContext, fault: FaultRequest): Promise<Undo> {
  const { twin } = context;
  switch (fault.kind) {
    case "cable-cut":
      return cable(context, fault.cable, "cut");
    case "cable-silent":
      return cable(context, fault.cable, "silent");
    case "cable-late":
      return lateCable(context, fault.cable, fault.seconds * 1000);
    case "host-kill": {
      const host = hostOf(twin, fault.host);
      await host.powerOff();
      return () => backOn(twin, host);
    }
    case "host-freeze": {
      const host = hostOf(twin, fault.host);
      await host.freeze();
      return async () => {
        if (host.state() === "frozen") await host.thaw();
      };
    }
    case "host-reboot":
      await succeed(hostOf(twin, fault.host), ["systemctl", "reboot"]);
      return undefined;
    case "power-pulled": {
      const host = hostOf(twin, fault.host);
      await bmcAct(context, fault.host, "fault", { kind: "dead" });
      await host.powerOff();
      return async () => {
        await bmcAct(context, fault.host, "heal", { kind: "dead" });
        await backOn(twin, host);
      };
    }
    case "bmc":
      hostOf(twin, fault.host);
      await bmcAct(context, fault.host, "fault", fault.fault);
      return () => bmcAct(context, fault.host, "heal", { kind: fault.fault.kind });
    case "pdu": {
      const unit = { device: "pdu" } as const;
      hostOf(twin, fault.host);
      await bmcAct(context, fault.host, "fault", { ...fault.fault, ...unit });
      return () => bmcAct(context, fault.host, "heal", { kind: fault.fault.kind, ...unit });
    }
    case "daemon-stop": {
      const host = hostOf(twin, fault.host);
      await succeed(host, ["systemctl", "stop", fault.unit]);
      return async () => {
        if (host.state() === "on") await succeed(host, ["systemctl", "start", fault.unit]);
      };
    }
    case "disk-full":
      return fillDisk(hostOf(twin, fault.host), fault.path);
    case "disk-dead":
      return killDisk(hostOf(twin, fault.host), fault.disk);
    case "disk-slow":
      return slowDisk(hostOf(twin, fault.host), fault.disk, fault.seconds);
    case "osd-full":
      return fillOsd(hostOf(twin, fault.host), fault.disk);
    case "ssh-drop":
      return dropSsh(hostOf(twin, fault.host), fault.at, fault.when);
    case "nas-gone":
      return loseNas(context, fault.nas);
    case "clock-skew":
      return skewClock(hostOf(twin, fault.host), fault.seconds, fault.units);
    case "drop-packets":
      hostOf(twin, fault.host);
      await twin.dropPackets(fault.host, fault.direction);
      return () => twin.dropPackets(fault.host, "none");
  }
}

async function backOn(twin: EngineTwin, host: HostMachine): Promise<void> {
  if (host.state() !== "off") return;
  await host.powerOn();
  await untilReachable(twin, host.plan);
}

/** A cable is named by its own name or by one of its ends: `frege.en05`, `frege:en05`. */
function cableOf(plan: TwinPlan, name: string): CablePlan {
  const end = name.replace(":", ".");
  const found = plan.cables.find(
    (one) =>
      one.name === name ||
      `${one.a.host}.${one.a.port}` === end ||
      `${one.b.host}.${one.b.port}` === end,
  );
  if (found === undefined) {
    const known = plan.cables.map((one) => one.name).join(", ");
    throw new Error(`the twin has no cable ${name}; it has ${known === "" ? "none" : known}`);
  }
  return found;
}

async function cable(context: FaultContext, name: string, state: "cut" | "silent"): Promise<Undo> {
  const { twin } = context;
  const found = cableOf(context.plan, name);
  await twin.setCable(found.name, state);
  return () => twin.setCable(found.name, "plugged");
}

async function lateCable(context: FaultContext, name: string, delayMs: number): Promise<Undo> {
  const { twin } = context;
  const found = cableOf(context.plan, name);
  await twin.setCable(found.name, "cut");
  const timer = setTimeout(() => {
    twin.setCable(found.name, "plugged").catch((error: unknown) => {
      process.stderr.write(`cable ${found.name} could not be plugged in: ${String(error)}\n`);
    });
  }, delayMs);
  return async () => {
    clearTimeout(timer);
    await twin.setCable(found.name, "plugged");
  };
}

async function bmcAct(
  context: FaultContext,
  node: string,
  verb: "fault" | "heal",
  body: (BmcFault | { readonly kind: string }) & { readonly device?: "pdu" },
): Promise<void> {
  const socket = bmcFaultSocket(context.paths);
  if (!existsSync(socket)) throw new Error("the stack file gives no node a management controller");
  const { status, text } = await unixHttp(
    socket,
    "POST",
    `/bmcs/${encodeURIComponent(node)}/${verb}`,
    body,
  );
  if (status === 200) return;
  const said = refusal.safeParse(JSON.parse(text));
  const reason = said.success ? said.data.error : text.trim();
  const what = body.device === "pdu" ? "power distribution unit" : "management controller";
  throw new Error(`this cannot be done to the ${what} of ${node}: ${reason}`);
}
