import { sh } from "./quoting.js";

/**
 * Root's authorized_keys is a link into /etc/pve, which is empty while a node joins. So the key also stands in a file
 * of its own, which sshd reads besides the usual ones.
 */
export const SECOND_KEYS_FILE = "/etc/ssh/proxmox-ha_authorized_keys";
export const SECOND_KEYS_DROP_IN = "/etc/ssh/sshd_config.d/10-proxmox-ha.conf";
/** Has sshd read both. */
export const SECOND_KEYS_LINE = `AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2 ${SECOND_KEYS_FILE}`;

/** Installs a public key for root; changes nothing where it is already there. */
export function installKeyScript(line: string): string {
  return sh`set -eu
key=${line}
umask 077
put() {
  mkdir -p "$(dirname "$1")"
  touch "$1"
  grep -qxF -- "$key" "$1" || printf '%s\\n' "$key" >> "$1"
}
put "$HOME/.ssh/authorized_keys"
if [ "$(id -u)" = 0 ] && [ -d /etc/ssh/sshd_config.d ]; then
  put ${SECOND_KEYS_FILE}
  wanted=${SECOND_KEYS_LINE}
  if [ "$(cat ${SECOND_KEYS_DROP_IN} 2>/dev/null)" != "$wanted" ]; then
    printf '%s\\n' "$wanted" > ${SECOND_KEYS_DROP_IN}
    if ! /usr/sbin/sshd -t; then
      rm -f ${SECOND_KEYS_DROP_IN}
      exit 1
    fi
    systemctl reload ssh 2>/dev/null || systemctl reload sshd 2>/dev/null || true
  fi
fi
echo installed
`;
}
