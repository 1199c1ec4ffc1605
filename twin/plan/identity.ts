import { createHash } from "node:crypto";

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A locally administered address that is the same in every run, so that recorded outputs stay true. */
export function macOf(cluster: string, host: string, port: string): string {
  const hex = digest(`${cluster}/${host}/${port}`);
  return [
    "02",
    hex.slice(0, 2),
    hex.slice(2, 4),
    hex.slice(4, 6),
    hex.slice(6, 8),
    hex.slice(8, 10),
  ].join(":");
}

/** The system UUID of a machine whose stack file names none. */
export function uuidOf(cluster: string, host: string): string {
  const hex = digest(`${cluster}/${host}/uuid`);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** Tells whether something was made from the same plan or list as before. */
export function stampOf(value: unknown): string {
  return digest(JSON.stringify(value)).slice(0, 12);
}

/** Short name of a twin for everything that has few letters: namespaces, control groups, interfaces. */
export function shortId(twin: string): string {
  return digest(twin).slice(0, 6);
}
