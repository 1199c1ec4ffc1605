import { z } from "zod";
import { bmcFault } from "../../bmc/faults.js";

const host = z.string().min(1);
const cable = z.string().min(1);
const disk = z.string().regex(/^nvme\d+n1$/);

/** Everything that can go wrong on purpose. */
export const faultRequestSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("cable-cut"), cable }),
  z.strictObject({ kind: z.literal("cable-silent"), cable }),
  /** The cable is out now and appears by itself. */
  z.strictObject({ kind: z.literal("cable-late"), cable, seconds: z.number().positive().max(600) }),
  z.strictObject({ kind: z.literal("host-kill"), host }),
  z.strictObject({ kind: z.literal("host-freeze"), host }),
  z.strictObject({ kind: z.literal("host-reboot"), host }),
  /** The mains plug: the host and its management controller go at once. */
  z.strictObject({ kind: z.literal("power-pulled"), host }),
  z.strictObject({ kind: z.literal("bmc"), host, fault: bmcFault }),
  /** The unit whose outlets feed the host. */
  z.strictObject({ kind: z.literal("pdu"), host, fault: bmcFault }),
  z.strictObject({ kind: z.literal("daemon-stop"), host, unit: z.string().min(1) }),
  z.strictObject({
    kind: z.literal("disk-full"),
    host,
    path: z.string().startsWith("/").default("/var"),
  }),
  /** It is gone for its host, and whatever OSD lay on it with it. */
  z.strictObject({ kind: z.literal("disk-dead"), host, disk }),
  /** Its OSD answers each request so much later. */
  z.strictObject({
    kind: z.literal("disk-slow"),
    host,
    disk,
    seconds: z.number().positive().max(60).default(5),
  }),
  /** Its OSD has no room left. */
  z.strictObject({ kind: z.literal("osd-full"), host, disk }),
  /** Counts commands of new ssh connections from now on and cuts the connection at the n-th. */
  z.strictObject({
    kind: z.literal("ssh-drop"),
    host,
    at: z.int().min(1).default(1),
    when: z.enum(["before", "during", "after"]).default("during"),
  }),
  z.strictObject({ kind: z.literal("nas-gone"), nas: z.string().min(1) }),
  z.strictObject({
    kind: z.literal("clock-skew"),
    host,
    seconds: z.number(),
    units: z.array(z.string()).default(["chrony.service"]),
  }),
  z.strictObject({ kind: z.literal("drop-packets"), host, direction: z.enum(["in", "out"]) }),
]);
export type FaultRequest = z.output<typeof faultRequestSchema>;

/** One line for the status. */
export function faultText(fault: FaultRequest): string {
  switch (fault.kind) {
    case "cable-cut":
      return `cable ${fault.cable} is out`;
    case "cable-silent":
      return `cable ${fault.cable} carries nothing, both ends keep their carrier`;
    case "cable-late":
      return `cable ${fault.cable} appears ${fault.seconds} s late`;
    case "host-kill":
      return `${fault.host} lost its power`;
    case "host-freeze":
      return `${fault.host} is frozen`;
    case "host-reboot":
      return `${fault.host} was rebooted`;
    case "power-pulled":
      return `${fault.host} and its management controller lost their power`;
    case "bmc":
      return `the management controller of ${fault.host}: ${fault.fault.kind}`;
    case "pdu":
      return `the power distribution unit of ${fault.host}: ${fault.fault.kind}`;
    case "daemon-stop":
      return `${fault.unit} is stopped on ${fault.host}`;
    case "disk-full":
      return `${fault.path} of ${fault.host} is full`;
    case "disk-dead":
      return `${fault.disk} of ${fault.host} is dead`;
    case "disk-slow":
      return `the OSD on ${fault.disk} of ${fault.host} answers ${fault.seconds} s late`;
    case "osd-full":
      return `the OSD on ${fault.disk} of ${fault.host} is full`;
    case "ssh-drop":
      return `ssh to ${fault.host} is cut ${fault.when} command ${fault.at}`;
    case "nas-gone":
      return `the server ${fault.nas} is gone`;
    case "clock-skew":
      return `clock of ${fault.units.join(", ")} on ${fault.host} is off by ${fault.seconds} s`;
    case "drop-packets":
      return `${fault.host} loses every packet that goes ${fault.direction}`;
  }
}
