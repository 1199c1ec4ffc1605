import { connect, type TLSSocket } from "node:tls";
import { PowerError } from "./power-error.js";

export interface TlsPeer {
  readonly host: string;
  readonly port: number;
}

export interface SeenCertificate {
  /** SHA-256, upper-case hex with colons. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly validTo: Date;
}

const normal = (fingerprint: string) => fingerprint.replace(/[^0-9A-Fa-f]/g, "").toUpperCase();

export const whereOf = ({ host, port }: TlsPeer): string => `${host} port ${port}`;

/** Connects without asking any authority: management controllers sign their own certificates. */
function handshake(peer: TlsPeer, tried: string, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...peer, rejectUnauthorized: false, minVersion: "TLSv1.2" });
    const abort = () => socket.destroy(new Error("the deadline passed during the TLS handshake"));
    signal.addEventListener("abort", abort, { once: true });
    socket.once("error", (error) => {
      signal.removeEventListener("abort", abort);
      reject(connectionFailure(error, peer, tried, signal));
    });
    socket.once("secureConnect", () => {
      signal.removeEventListener("abort", abort);
      resolve(socket);
    });
    if (signal.aborted) abort();
  });
}

function certificateOf(socket: TLSSocket): SeenCertificate {
  const { fingerprint256, subject, valid_to } = socket.getPeerCertificate();
  return {
    fingerprint: fingerprint256,
    subject: [subject?.CN ?? ""].flat().join(", "),
    validTo: new Date(valid_to),
  };
}

/** The certificate that a device presents now, to be recorded or compared; nothing else is exchanged. */
export async function seeCertificate(peer: TlsPeer, deadlineMs: number): Promise<SeenCertificate> {
  const socket = await handshake(peer, "reading the certificate", AbortSignal.timeout(deadlineMs));
  const seen = certificateOf(socket);
  socket.destroy();
  return seen;
}

/**
 * A TLS connection to exactly the device whose certificate is pinned. Name, issuer and dates are not looked at; on
 * any other certificate the connection ends before a byte of the request is sent.
 */
export async function connectPinned(
  peer: TlsPeer,
  pins: readonly string[],
  tried: string,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const socket = await handshake(peer, tried, signal);
  const { fingerprint } = certificateOf(socket);
  if (pins.some((pin) => normal(pin) === normal(fingerprint))) return socket;
  socket.destroy();
  throw new PowerError({
    failure: "certificate",
    tried,
    where: whereOf(peer),
    cameBack: `the device presents the certificate ${fingerprint}, which is not the pinned one.`,
    doNext:
      "Nothing secret was sent. If its certificate was renewed, compare the fingerprint at the device " +
      "and put it into the stack file; else somebody stands in between.",
  });
}

export function connectionFailure(
  error: unknown,
  peer: TlsPeer,
  tried: string,
  signal: AbortSignal,
): PowerError {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  const common = { tried, where: whereOf(peer) };
  if (signal.aborted) {
    return new PowerError({
      ...common,
      failure: "timeout",
      cameBack: "it accepted the request or the connection and did not answer in time.",
      doNext:
        "Read the power state before asking again; if it stays silent, restart the controller.",
    });
  }
  return new PowerError({
    ...common,
    failure: "unreachable",
    cameBack: `the connection failed: ${reason}.`,
    doNext: "Check that the controller has power, its network cable and this address.",
  });
}
