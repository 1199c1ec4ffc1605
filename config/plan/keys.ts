/** Values by key, in Proxmox's own spelling. */
export type Keys = Readonly<Record<string, string | readonly string[]>>;

/** Keys about which the file says something; the others belong to whoever set them. */
export function namedKeys(
  keys: Readonly<Record<string, string | readonly string[] | undefined>>,
): Keys {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
