/**
 * Brings the package manager out of what a cut has left, in the middle of unpacking as well: dpkg configures no package whose files
 * may be a mixture of two versions, so those are unpacked anew first. apt does nothing at all while dpkg has a journal of its own left,
 * which each call of dpkg clears, also one that ends with such a package.
 */
export const MEND_PACKAGES = [
  "dpkg --configure -a > /dev/null 2>&1 || true",
  `half=$(dpkg-query -W -f='\${db:Status-Eflag} \${binary:Package}\\n' | sed -n 's/^reinstreq //p')`,
  // Each name is a word of its own.
  'test -z "$half" || apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold --fix-broken --reinstall install $half || exit 1',
  "dpkg --configure -a || exit 1",
].join("\n");
