/** Bytes as a person writes them: whole units where they are whole. */
export function gib(bytes: number): string {
  const amount = bytes / 2 ** 30;
  return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} GiB`;
}

/** As it is printed on a disk. */
export function diskSize(bytes: number): string {
  return bytes < 1e12 ? `${Math.round(bytes / 1e9)} GB` : `${(bytes / 1e12).toFixed(1)} TB`;
}

export function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
