import { shown, Unread } from "../../dynamic-providers/transport/pvesh/part.js";

/** Something on a host that waits to be spoken to. */
export interface Listener {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  /** Empty where it is the kernel itself. */
  readonly program: string;
}

const ROW = /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+(?:\s+users:\(\("([^"]*)")?/;

/** @throws {Unread} for a line that is none of `ss -Hltnup` */
export function parseListeners(text: string): readonly Listener[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [, protocol, address = "", port, program = ""] = ROW.exec(line.trim()) ?? [];
    if (port === undefined) {
      throw new Unread(`this is no socket: ${shown(line)}`);
    }
    return {
      protocol: protocol === "udp" ? "udp" : "tcp",
      address,
      port: Number(port),
      program,
    };
  });
}

/** Only the host itself reaches it. */
export const isLoopback = ({ address }: Listener): boolean =>
  /^(127\.|\[::1\]|\[::ffff:127\.|\S+%lo$)/.test(address);
